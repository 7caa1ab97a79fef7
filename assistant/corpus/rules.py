"""The cleaning rules in the order in which they look at a text."""

from assistant.corpus import rules_characters as characters
from assistant.corpus import rules_layout as layout
from assistant.corpus import rules_matter as matter
from assistant.corpus import rules_people as people
from assistant.corpus import rules_punctuation as punctuation
from assistant.corpus.clean import CleaningRule

RULES = (
    CleaningRule("line-end", "换行符", characters.line_ends),
    CleaningRule("unseen", "控制符、零宽字符", characters.unseen_characters),
    CleaningRule("entity", "网页转义符", characters.entities),
    CleaningRule("look-alike", "形近字符、全角字母数字", characters.look_alikes),
    CleaningRule("full-point", "全角小数点", characters.full_points),
    CleaningRule("marker", "付费、下载、网页标记", matter.markers),
    CleaningRule("page-number", "页码", layout.page_numbers),
    CleaningRule("running-head", "页眉页脚", layout.running_heads),
    CleaningRule("picture", "表情、装饰符", characters.pictures),
    CleaningRule("paragraph-break", "行中分段", layout.paragraph_breaks),
    CleaningRule("bullet", "行首项目符", layout.bullets),
    CleaningRule("emphasis", "加粗符", layout.emphasis),
    CleaningRule("inner-blank", "字间空格", layout.inner_blanks),
    CleaningRule("broken-line", "断行", layout.broken_lines),
    CleaningRule("half-mark", "半角标点", punctuation.half_width_marks),
    CleaningRule("half-stop", "半角句点", punctuation.half_width_stops),
    CleaningRule("dots", "省略号、破折号", punctuation.dots_and_dashes),
    CleaningRule("half-pair", "半角括号、引号", punctuation.half_width_pairs),
    CleaningRule("advert", "广告、网页附文", matter.adverts),
    CleaningRule("contact-line", "联系方式（整行、整括号）", matter.contact_lines),
    CleaningRule("contact", "联系方式、证件号", matter.contacts),
    CleaningRule("title-note", "标题附注", matter.title_notes),
    CleaningRule("count-line", "字数说明", matter.count_lines),
    CleaningRule("ornament", "分隔线", layout.ornaments),
    CleaningRule("symbol-run", "符号串", layout.symbol_runs),
    CleaningRule("edge-blank", "行首行尾空白", layout.edge_blanks),
    CleaningRule("empty-line", "多余空行", layout.empty_lines),
    CleaningRule("placeholder", "隐去之处", people.placeholders),
    CleaningRule("name", "人名", people.names),
    CleaningRule("placeholder-run", "连写的隐去之处", people.placeholder_runs),
    CleaningRule("clash", "重复、相撞的标点", punctuation.clashing_marks),
    CleaningRule("dangling", "段末逗号", punctuation.dangling_commas),
    CleaningRule("copy", "重复段落", layout.repeated_lines),
)
