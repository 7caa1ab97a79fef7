"""Secrecy markings, and numbers that lead to a person."""

import re
from collections.abc import Iterator

from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.text.contacts import Contact, ContactKind

_MARKING = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆＊*]|(?:密\s*级|秘密等级|保密等级)\s*[:：]\s*(?:绝密|机密|秘密)"
    r"|^[#\s]*(?:绝密|机密|秘密)(?:[\s　]*\d{1,2}年|[\s　]*长期)?[ \t　]*\r?$"
    r"|[（(【\[](?:绝密|机密|秘密)(?:级|件|文件)?[）)】\]]",
    re.MULTILINE,
)


@rule(
    "P101",
    "密级标志",
    Severity.ERROR,
    why="标有密级的内容不得在非涉密计算机上处理。",
    good=("严守党和国家秘密。", "开展保密教育3次。"),
    bad=("秘密★1年", "密级：机密", "绝密\n关于某事的报告"),
)
def secrecy_mark(context: CheckContext) -> Iterator[Hit]:
    """Markings of secrecy."""
    for match in _MARKING.finditer(context.text):
        yield Hit(
            *match.span(),
            f"“{match[0].strip()}”是密级标志",
            "涉密内容请立即停止在本机处理，按保密规定办理",
        )


_INTERNAL = re.compile(
    r"(?:内部(?:资料|文件|材料|使用|参阅)|工作秘密|内部)[，、\s]*(?:请?注意保[密存]|不得外传|严禁外传|不得翻印|不得公开)"
)


@rule(
    "P102",
    "内部标注",
    Severity.WARNING,
    why="标明内部的材料，使用范围有限制。",
    good=("机关内部管理不严。", "内部资料管理有漏洞。"),
    bad=("内部资料 注意保密", "内部文件，不得外传。"),
)
def internal_mark(context: CheckContext) -> Iterator[Hit]:
    """Markings of internal use."""
    for match in _INTERNAL.finditer(context.text):
        yield Hit(*match.span(), f"有内部标注“{match[0]}”", "确认可以使用后删去标注")


def _contacts(context: CheckContext, *kinds: ContactKind) -> Iterator[Contact]:
    return (contact for contact in context.contacts if contact.kind in kinds)


def _shown(context: CheckContext, contact: Contact) -> str:
    """The beginning of a number; the report must not spread it."""
    return context.text[contact.start : contact.end][:4] + "…"


@rule(
    "P201",
    "身份证号",
    Severity.ERROR,
    why="材料里不写个人身份证号码。",
    good=("资金文号为2023年第18号。", "完成投资110101万元。"),
    bad=("身份证号11010119900307123X。", "当事人 110101 19900307 1234 已处理。"),
)
def identity_number(context: CheckContext) -> Iterator[Hit]:
    """Identity card numbers."""
    for contact in _contacts(context, "identity"):
        shown = _shown(context, contact)
        yield Hit(contact.start, contact.end, f"“{shown}”像身份证号码", "删去")


@rule(
    "P202",
    "银行账号",
    Severity.ERROR,
    why="材料里不写银行账号。",
    good=("完成投资62284801万元。", "编号2023-0018。"),
    bad=("账号6228480402564890018。", "卡号6222 0212 3456 7890 123。"),
)
def account_number(context: CheckContext) -> Iterator[Hit]:
    """Bank account numbers."""
    for contact in _contacts(context, "account"):
        yield Hit(contact.start, contact.end, f"“{_shown(context, contact)}”像银行账号", "删去")


@rule(
    "P203",
    "电话号码",
    Severity.WARNING,
    why="材料正文里不写个人电话。",
    good=("12345热线转来咨询37件。", "完成投资13800万元。"),
    bad=("联系人电话13812345678。", "联系电话：0571-87654321。"),
)
def telephone(context: CheckContext) -> Iterator[Hit]:
    """Telephone numbers."""
    for contact in _contacts(context, "mobile", "landline"):
        yield Hit(contact.start, contact.end, f"“{_shown(context, contact)}”是电话号码", "删去")


@rule(
    "P204",
    "网址和账号",
    Severity.WARNING,
    why="材料正文里不写邮箱、网址、微信号。",
    good=("通过局门户网站公开。", "微信工作群注销7个。"),
    bad=("详见 www.example.cn/a 。", "发至abc@example.cn。"),
)
def address(context: CheckContext) -> Iterator[Hit]:
    """Mail addresses, links and messenger names."""
    for contact in _contacts(context, "mail", "link", "messenger"):
        shown = context.text[contact.start : contact.end]
        yield Hit(contact.start, contact.end, f"“{shown[:24]}”是网址或账号", "删去")


RULES = (
    secrecy_mark,
    internal_mark,
    identity_number,
    account_number,
    telephone,
    address,
)
