"""Where the demo's channel is: each province with its cities. Codes below a province are the demo's own."""

from typing import NamedTuple


class City(NamedTuple):
    """A city below a province (a code of ISO 3166-2)."""

    code: str
    province: str
    name: str
    name_en: str


# Province, its share of the market, and its cities: name, name in English.
_PROVINCES: tuple[tuple[str, float, str], ...] = (
    ("CN-GD", 14, "广州 Guangzhou,深圳 Shenzhen,佛山 Foshan,东莞 Dongguan,珠海 Zhuhai"),
    ("CN-JS", 11, "南京 Nanjing,苏州 Suzhou,无锡 Wuxi,常州 Changzhou,徐州 Xuzhou"),
    ("CN-ZJ", 9, "杭州 Hangzhou,宁波 Ningbo,温州 Wenzhou,绍兴 Shaoxing,金华 Jinhua"),
    ("CN-SD", 8, "济南 Jinan,青岛 Qingdao,烟台 Yantai,潍坊 Weifang"),
    ("CN-SH", 7, "浦东 Pudong,徐汇 Xuhui,闵行 Minhang"),
    ("CN-BJ", 7, "海淀 Haidian,朝阳 Chaoyang,丰台 Fengtai"),
    ("CN-HA", 5, "郑州 Zhengzhou,洛阳 Luoyang,南阳 Nanyang"),
    ("CN-SC", 5, "成都 Chengdu,绵阳 Mianyang,宜宾 Yibin"),
    ("CN-HB", 5, "武汉 Wuhan,襄阳 Xiangyang,宜昌 Yichang"),
    ("CN-FJ", 4, "福州 Fuzhou,厦门 Xiamen,泉州 Quanzhou"),
    ("CN-HN", 4, "长沙 Changsha,株洲 Zhuzhou,岳阳 Yueyang"),
    ("CN-AH", 4, "合肥 Hefei,芜湖 Wuhu,蚌埠 Bengbu"),
    ("CN-HE", 3, "石家庄 Shijiazhuang,唐山 Tangshan,保定 Baoding"),
    ("CN-LN", 3, "沈阳 Shenyang,大连 Dalian,鞍山 Anshan"),
    ("CN-SN", 3, "西安 Xi'an,宝鸡 Baoji"),
    ("CN-CQ", 3, "渝中 Yuzhong,江北 Jiangbei"),
    ("CN-TJ", 2, "和平 Heping,滨海 Binhai"),
    ("CN-JX", 2, "南昌 Nanchang,赣州 Ganzhou"),
    ("CN-GX", 2, "南宁 Nanning,柳州 Liuzhou"),
    ("CN-YN", 2, "昆明 Kunming,大理 Dali"),
    ("CN-HL", 1.5, "哈尔滨 Harbin,大庆 Daqing"),
    ("CN-JL", 1.5, "长春 Changchun,吉林 Jilin City"),
    ("CN-SX", 1.5, "太原 Taiyuan,大同 Datong"),
    ("CN-GZ", 1.5, "贵阳 Guiyang,遵义 Zunyi"),
    ("CN-NM", 1, "呼和浩特 Hohhot,包头 Baotou"),
    ("CN-XJ", 1, "乌鲁木齐 Urumqi"),
    ("CN-GS", 1, "兰州 Lanzhou"),
    ("CN-HI", 0.7, "海口 Haikou,三亚 Sanya"),
    ("CN-NX", 0.5, "银川 Yinchuan"),
    ("CN-QH", 0.4, "西宁 Xining"),
    ("CN-XZ", 0.2, "拉萨 Lhasa"),
)
# Two-letter endings that stand in documents already; the others are numbered.
_KNOWN = {"杭州": "HZ", "宁波": "NB", "南京": "NJ", "苏州": "SZ", "广州": "GZ", "深圳": "SZ"}
SHARES = {province: share for province, share, _ in _PROVINCES}


def _cities() -> tuple[City, ...]:
    found = []
    for province, _, listed in _PROVINCES:
        for number, entry in enumerate(listed.split(","), start=1):
            name, _, name_en = entry.partition(" ")
            found.append(City(f"{province}-{_KNOWN.get(name, f'{number:02d}')}", province, name, name_en))
    return tuple(found)


CITIES = _cities()
