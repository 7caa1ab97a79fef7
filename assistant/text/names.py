"""Names of persons beside their title (张某某局长, 党组书记李某), found without a dictionary.

A name is a surname and one or two characters that occur in given names and hardly elsewhere beside
a title. Public figures whose names belong to fixed phrases are left alone.
"""

import re
from collections.abc import Iterator

from assistant.text.scan import next_is

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范"
    "石姚谭廖邹熊陆郝孔崔邱秦江史顾侯邵孟龙段雷钱汤尹黎易武乔贺赖龚兰殷施陶洪翟倪严牛温芦季俞章鲁葛韦申尤毕聂柳邢岳齐莫庄辛管祝左涂"
    "谷耿牟卜詹关苗凌费纪靳盛童欧甄项曲游阮桂闵甘路阳梅柯房裴翁骆覃戚褚娄焦巴"
)
_COMPOUND = "欧阳|司马|上官|诸葛|尉迟|皇甫|慕容|令狐"
_GIVEN = (
    "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛超兰霞平刚桂英华建国文玉红玲梅明永志辉海波峰斌鹏飞云龙凤春燕萍荣贵福生祥俊宁晓东立新光亮荣健宏雪"
    "琳婷佳欣怡倩颖慧莉雅晨阳宇浩轩子涵博哲泽睿诚毅康乐松柏林森岩山川江河泉源涌清波瑞祺嘉君豪杰凯旋彬威振兴旺盛昌隆庆喜顺利成才德仁义礼"
    "智信忠孝廉美珍珠宝金银玮琪瑶璐莹茜薇蓉芬菊莲荷琴书画诗韵雯霖霄雷鸣洁冰雨露雁鹤鸿翔翼卫保守正邦世继绍承先祖耀锦绣彩虹月星晖晶"
    "若水如意安定远达道学思远景贤良善友爱士民权胜凡一可天大小双全连根树木森茂发财运来广长久恒坚韧刚果敢勤奋向前进步升腾跃然仲伯叔季元亨培育"
    "坤乾震巽离坎艮兑惠淑芝香花蕾蕊丹朱紫青蓝黎昕昱晟煜炜炎焱灿烨炳焕灵巧妙曼妮娅姗姣妍娴媛婉婧嫣嬿钢铁钧铭锋锐镇钊鑫鉴权标根栋梁桐桥楠榕槐"
)
_USUAL = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭罗梁宋郑谢韩唐冯邓许沈"
    "曾彭吕苏卢蒋蔡魏薛潘杜戴汪姜姚谭廖邹熊陆崔邱秦孟"
)
"""Surnames that stand alone before a title (王局长) and are no common word."""
_OFFICE = (
    "书记|局长|主任|科长|处长|市长|县长|区长|镇长|乡长|部长|厅长|州长|省长|委员|组长|站长|所长|队长|校长|院长"
    "|股长|行长|庭长|检察长|董事长|经理|会长|秘书长|主席|巡视员|调研员|专员|村长|司长|政委"
)
_ADDRESS = "教授|老师|同志|先生|女士|同学|医生|工程师"
_BODY = "党组|党委|工委|支部|总支|纪委|纪检组|常务"
_TITLE = re.compile(
    next_is((*f"{_BODY}|{_OFFICE}|{_ADDRESS}".split("|"), "第一", "副", "总"))
    + f"(?:{_BODY})?(?:第一|副)?总?(?P<title>(?P<office>{_OFFICE})|{_ADDRESS})(?!们)"
)
_PUBLIC = (
    "毛泽东|邓小平|江泽民|胡锦涛|周恩来|刘少奇|朱德|陈云|雷锋|焦裕禄|孔繁森|张桂梅|黄文秀|杨善洲|谷文昌|廖俊波|王进喜|李保国|黄大年|张富清"
    "|马克思|列宁|孙中山|李大钊|方志敏|刘胡兰|董存瑞|黄继光|邱少云|钱学森|袁隆平|钟南山|王继才|杜富国|孙家栋|屠呦呦|于敏"
)
_NAME = rf"(?!{_PUBLIC})(?:{_COMPOUND}|[{_SURNAMES}])[{_GIVEN}]{{1,2}}"
_NAME_BEFORE = re.compile(rf"(?P<name>{_NAME})$")
_SURNAME_BEFORE = re.compile(
    rf"(?:^|[，。；：！？、（“\n由向请与和经听随对受被在为跟])(?P<name>[{_USUAL}])$"
)
_NAME_BEHIND = re.compile(
    rf"(?P<name>{_NAME})"
    r"(?=同志|[，。；、）)：\s]|$|带队|带领|主持|牵头|负责|参加|讲话|作|在|带)",
    re.MULTILINE,
)
_LONGEST_NAME = 4
_WORDS = re.compile(
    r"^(?:高水平?|高校|金融|文明|安全|安保|林业|水利|江河|海洋|马路|路政|关注|管理|项目|计划|申请|许可|成立|全体|严明|严守|严正|范文|石油|田林|牛羊|温泉|武装|章程|施工|施政|易发|齐全|盛大|童心|游泳|甘美"
    r"|梅花|房产|程序|谢意|余光|何时|季节|申报|尤其|毕业|柳树|岳父|庄严|辛勤|管道|左右|关爱|关键|费用|纪律|项目|曲艺|路桥|阳光|高新|高明|高远|高龙|兰花|时任|历任|常任|原任|新任|现任|主任|洪水|高级|高山|田园|林长|河长|江海|连长|管护|史志|文史|周边|周一|周全)"
)


def find_named_officials(text: str) -> Iterator[tuple[int, int]]:
    """Where a name stands beside a title; the title itself is left out."""
    behind = 0
    for title in _TITLE.finditer(text):
        start = max(title.start() - _LONGEST_NAME, behind)
        window = text[start : title.start()]
        name = _NAME_BEFORE.search(window)
        if name is None and title["office"]:
            name = _SURNAME_BEFORE.search(window)
        if name and not _WORDS.match(name["name"]):
            yield start + name.start("name"), start + name.end("name")
        behind = title.end()
        if title["office"] or title["title"] == "同志":
            follower = _NAME_BEHIND.match(text, title.end())
            if follower and not _WORDS.match(follower["name"]):
                yield follower.span("name")
                behind = follower.end()
