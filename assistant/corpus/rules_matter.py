"""Rules on matter that is no part of the document: markers, advertisements, contacts, notes."""

import re
from collections.abc import Iterator

from assistant.text.adverts import find_adverts
from assistant.text.contacts import Contact, find_contacts
from assistant.text.edits import Edit
from assistant.text.markers import find_markers
from assistant.text.placeholders import PLACEHOLDER

_LINE = re.compile(r"[^\n]+")
_LABEL = (
    r"(?:联\s?系|咨询|客服|监督|举报|投诉|服务|值班|办公|通讯|通信|单位|移动|固定|手机|微信|QQ|电子|公司)*"
    r"(?:人|方式|电话|手机号?码?|号码?|热线|传真|邮箱|邮件|地址|邮编|网址|网站|微信|微信号|QQ|Tel|TEL|tel|E-?mail|E-?MAIL|e-?mail)"
    r"(?:号码?|地址)?\s?[:：]?"
)
_LABELLED = re.compile(rf"联\s?系\s?人\s?[:：]\s?[\u4e00-\u9fff·]{{2,4}}|{_LABEL}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MOST_HAN = 4
"""Characters beside labels that a line of contact data may hold."""
_BRACKETED = re.compile(r"[（(【\[]([^（(【\[】）)\]\n]{4,80})[】）)\]]")
_ANNOUNCED = re.compile(r"(?:[:：（(“]|网址|网站|邮箱|地址|登录|访问|详见|发至|发送到?|寄至)\s?$")
_WATERMARK_KINDS = ("link", "mail")


def markers(text: str) -> Iterator[Edit]:
    """Paywall markers, shortcodes and HTML tags fall; what stands between them is text."""
    for match in find_markers(text):
        yield Edit(*match.span(), "")


def adverts(text: str) -> Iterator[Edit]:
    """Advertisements and the furniture of web pages fall."""
    for advert in find_adverts(text):
        whole_line = text[advert.start - 1 : advert.start] in ("", "\n") and text[
            advert.end : advert.end + 1
        ] in ("", "\n")
        yield Edit(advert.start, min(advert.end + whole_line, len(text)), "")


def contact_lines(text: str) -> Iterator[Edit]:
    """Lines and brackets that hold nothing but contact data fall."""
    for line in _LINE.finditer(text):
        contacts = list(find_contacts(line[0]))
        if not contacts:
            continue
        if _is_contact_data(line[0], contacts):
            yield Edit(line.start(), min(line.end() + 1, len(text)), "")
            continue
        for match in _BRACKETED.finditer(line[0]):
            inside = list(find_contacts(match[1]))
            if inside and _is_contact_data(match[1], inside):
                yield Edit(line.start() + match.start(), line.start() + match.end(), "")


def _is_contact_data(text: str, contacts: list[Contact]) -> bool:
    rest = text
    for contact in reversed(contacts):
        rest = rest[: contact.start] + rest[contact.end :]
    rest = _LABELLED.sub("", rest)
    return len(_HAN.findall(rest)) <= _MOST_HAN and not _SENTENCE.search(rest)


def contacts(text: str) -> Iterator[Edit]:
    """Numbers and addresses of persons are masked; a web address strewn into a sentence falls."""
    for contact in find_contacts(text):
        strewn = contact.kind in _WATERMARK_KINDS and not _ANNOUNCED.search(
            text[max(contact.start - 4, 0) : contact.start]
        )
        yield Edit(contact.start, contact.end, "" if strewn else PLACEHOLDER)


_SENTENCE = re.compile("[\u4e00-\u9fff]{4}[。！？]")
_TITLE_LINES = 3
_LONGEST_TITLE = 80
_STOP = re.compile("[。；！？]")
_COUNT_LINE = re.compile(
    r"^[（(【\[]?(?:全文|正文|本文|文章)?(?:字数|共计?|约|总计)+\s?[:：]?\s?\d{2,6}\s?余?字?[）)】\]]?\n?$",
    re.MULTILINE,
)
_TITLE_NOTE = re.compile(
    r"[（(【\[〔「]\s?(?:全文|正文|本文|共计?|约|合计|字数|总字数|\s)*[:：]?\s?\d{2,6}\s?余?字(?:左右|版|以内)?\s?[）)】\]〕」]"
    r"|[-—_\s]+(?:共|约)?\d{3,5}\s?字$"
    r"|[【\[（(《]\s?(?:精品|精选|最新|推荐|热门|原创|优秀|优质|通用|完整|范文|模板|参考|收藏|必备|干货|[Ww]ord|WORD|可编辑|可下载|可修改|直接可用|合集|汇编|荐|爆款"
    r"|VIP|会员|免费|下载|珍藏|标准|年|\d{4}|[\d一二三四五六七八九十两多]+篇|版|稿|材料)+\s?[】\]）)》]"
    r"|(?<=[\u4e00-\u9fff）)])\.(?:docx?|txt|pdf|wps|html?)$"
    r"|\s?[-_—|｜–]+\s?[^-_—|｜–\n，。]{0,12}(?:文库|网|豆丁|道客巴巴|范文大全|公众号|之家|公文|文秘|百科|搜狐|知乎|百家号|简书)$"
)
_YEAR_NOTE = re.compile(r"[（(【\[《]\s?(?:\d{4}年?|年)+\s?[】\]）)》]")


def title_notes(text: str) -> Iterator[Edit]:
    """Character counts, praise and file suffixes fall from the title and the headings."""
    seen = 0
    for line in _LINE.finditer(text):
        if not line[0].strip():
            continue
        seen += 1
        is_title = seen <= _TITLE_LINES or line[0].startswith("#")
        if is_title and len(line[0]) <= _LONGEST_TITLE and not _STOP.search(line[0]):
            for match in _TITLE_NOTE.finditer(line[0].rstrip()):
                if not _YEAR_NOTE.fullmatch(match[0]):
                    yield Edit(line.start() + match.start(), line.start() + match.end(), "")


def count_lines(text: str) -> Iterator[Edit]:
    """Lines that state the number of characters fall."""
    for match in _COUNT_LINE.finditer(text):
        yield Edit(*match.span(), "")
