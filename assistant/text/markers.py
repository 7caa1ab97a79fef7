"""Machine marks left in a text: paywall and download markers, HTML, shortcodes.

Only the marks themselves are found. What stands between an opening and a closing one is text.
"""

import re
from collections.abc import Iterator

from assistant.text.scan import matches_at

_LATIN = (
    r"(?:[A-Za-z]+[_-])?(?:paid|pay|vip|svip|hide|hidden|member|download|login|reply|more|lock|trial"
    r"|preview|buy|ad|VIP|SVIP)(?:begin|start|end|wall|only|content|file|ed|s)*"
)
_CHINESE = (
    r"(?:付费|收费|会员|VIP|vip|隐藏|试读|预览|登录|回复|购买|解锁|下载)(?:后|才|可|专享|专属)*"
    r"(?:可见|内容|部分|阅读|查看|观看|可读|下载|区域?|全文)+"
)
_OPEN, _CLOSE = r"[\[【（(<{]{1,3}\s?", r"\s?[\]】）)>}]{1,3}"
_RULE = r"[-—=*~_·. \t]*"

_MARKER = "(?m)" + "|".join(
    (
        # ##paidbegin##, @@vip@@
        r"(?P<mark>(?<!#)#{2,}|(?<!@)@{2,}|(?<!%)%{2,}|(?<!&)&{2,}|(?<!\$)\${2,}|(?<!~)~{2,}|(?<!\^)\^{2,}|(?<!\|)\|{2,})/?"
        r"[A-Za-z][A-Za-z_ -]{1,28}(?P=mark)",
        # [hide], [/vip], （more）, {pay id=3}
        rf"{_OPEN}[/!]?\s?{_LATIN}(?:[ _=:\"'-][\w=:\"' -]{{0,60}})?\s?/?{_CLOSE}",
        # [gallery id=3], {{paywall}}, {% if %}
        r"\[/?[a-z][a-z_]{1,20}(?:[ =][^\]\n]{0,80})?\]",
        r"\{\{[^{}\n]{1,80}\}\}|\{%[^{}\n]{1,80}%\}",
        # 【以下为付费内容】
        rf"{_OPEN}(?:以[下上]|此处|本段|以下为|该)?(?:内容|部分|为|是)*{_CHINESE}"
        rf"(?:开始|结束|起|止|完)?{_CLOSE}",
        # ----以下内容付费可见----
        rf"^{_RULE}(?:以[下上](?:内容|部分)?(?:为|是|需|均为)?|此处){_CHINESE}(?:开始|结束)?{_RULE}$",
        r"<(?:script|style)\b[^\0]{0,5000}?</(?:script|style)>",
        r"<!--[^\0]{0,2000}?-->|</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>\n]{0,300})?/?>",
    )
)


_CANDIDATE = re.compile(
    r"([#@%&$~^|])\1+(?=/?[A-Za-z])|[\[【<{]"
    r"|[（(](?=[\[【（(<{]{0,2}\s{0,2}[/!A-Za-z以此本该内部为是付收会隐试预登回购解下])"
    rf"|^(?={_RULE}(?:以[下上]|此处))",
    re.MULTILINE,
)
"""Where one may begin; searching for this first is much the faster way."""


def find_markers(text: str) -> Iterator[re.Match[str]]:
    """The marks, each one by itself."""
    return matches_at(_CANDIDATE, _MARKER, text)
