"""The demo's known faces: those that every scale has, and as whom one signs in. Plain tables."""

from dataclasses import dataclass
from decimal import Decimal

from stdnum import ean

ONLINE = ("marketplace_shop", "live_stream")


@dataclass(frozen=True)
class DemoPartner:
    """One partner: ``weight`` is its size against others, ``parent`` and ``home`` are codes."""

    code: str
    name: str
    name_en: str
    kind: str
    parent: str | None
    home: str
    weight: float
    currency: str = "CNY"

    @property
    def is_online(self) -> bool:
        return self.kind in ONLINE


@dataclass(frozen=True)
class DemoProduct:
    """One product: ``line`` is a code, ``list_price`` in CNY before discounts."""

    sku: str
    name: str
    name_en: str
    line: str
    list_price: Decimal
    gtin: str


# Code, parent, name, name in English.
LINES = (
    ("COMPUTING", None, "电脑", "Computing"),
    ("NOTEBOOKS", "COMPUTING", "笔记本电脑", "Notebooks"),
    ("DISPLAYS", "COMPUTING", "显示器", "Displays"),
    ("APPLIANCES", None, "小家电", "Small appliances"),
    ("AIR", "APPLIANCES", "空气净化", "Air purifiers"),
    ("CLEANING", "APPLIANCES", "清洁电器", "Cleaning"),
    ("NETWORK", None, "网络设备", "Networking"),
    ("ACCESSORIES", None, "配件", "Accessories"),
)
# SKU, line, name, name in English, list price.
_PRODUCTS = (
    ("LY-N13A", "NOTEBOOKS", "澜岳 轻薄本 13", "Lanyue Air 13", 4999),
    ("LY-N14P", "NOTEBOOKS", "澜岳 商务本 14", "Lanyue Pro 14", 6499),
    ("LY-N15G", "NOTEBOOKS", "澜岳 游戏本 15", "Lanyue Game 15", 7999),
    ("LY-N16W", "NOTEBOOKS", "澜岳 工作站 16", "Lanyue Work 16", 12999),
    ("LY-D24H", "DISPLAYS", "澜岳 显示器 24", "Lanyue Display 24", 899),
    ("LY-D27Q", "DISPLAYS", "澜岳 显示器 27 2K", "Lanyue Display 27 QHD", 1499),
    ("LY-D32U", "DISPLAYS", "澜岳 显示器 32 4K", "Lanyue Display 32 UHD", 2999),
    ("LY-D34C", "DISPLAYS", "澜岳 带鱼屏 34", "Lanyue Curved 34", 2799),
    ("LY-A300", "AIR", "澜岳 空气净化器 300", "Lanyue Purifier 300", 1299),
    ("LY-A500", "AIR", "澜岳 空气净化器 500", "Lanyue Purifier 500", 1999),
    ("LY-A800", "AIR", "澜岳 新风机 800", "Lanyue Fresh Air 800", 3999),
    ("LY-AF03", "AIR", "滤芯 300", "Filter 300", 199),
    ("LY-AF05", "AIR", "滤芯 500", "Filter 500", 259),
    ("LY-C10R", "CLEANING", "澜岳 扫地机器人 10", "Lanyue Robot 10", 1799),
    ("LY-C20R", "CLEANING", "澜岳 扫拖一体机 20", "Lanyue Robot 20", 2999),
    ("LY-C05V", "CLEANING", "澜岳 无线吸尘器", "Lanyue Cordless Vacuum", 1099),
    ("LY-C08W", "CLEANING", "澜岳 洗地机", "Lanyue Floor Washer", 2299),
    ("LY-R30X", "NETWORK", "澜岳 路由器 AX3000", "Lanyue Router AX3000", 299),
    ("LY-R60X", "NETWORK", "澜岳 路由器 AX6000", "Lanyue Router AX6000", 599),
    ("LY-M60X", "NETWORK", "澜岳 Mesh 三只装", "Lanyue Mesh (3)", 1299),
    ("LY-S08G", "NETWORK", "澜岳 交换机 8 口", "Lanyue Switch 8", 249),
    ("LY-S24G", "NETWORK", "澜岳 交换机 24 口", "Lanyue Switch 24", 1199),
)
# Code, name, name in English, type, parent, home, weight, currency.
_PARTNERS = (
    ("D-EAST", "华东恒通科技有限公司", "Hengtong East China", "distributor", None, "CN-SH", 9, "CNY"),
    ("D-SOUTH", "华南联越商贸有限公司", "Lianyue South China", "distributor", None, "CN-GD-GZ", 8, "CNY"),
    ("D-NORTH", "北方信达电子有限公司", "Xinda North China", "distributor", None, "CN-BJ", 7, "CNY"),
    ("E-TMALL", "澜岳天猫旗舰店", "Lanyue Tmall Flagship", "marketplace_shop", None, "CN-ZJ-HZ", 6, "CNY"),
    ("E-JD", "京东自营澜岳专区", "Lanyue at JD.com", "marketplace_shop", None, "CN-BJ", 6, "CNY"),
    ("E-DOUYIN", "星选直播电商有限公司", "Xingxuan Live Commerce", "live_stream", None, "CN-GD-SZ", 3, "CNY"),
    ("F-SG", "狮城数码私人有限公司", "Lion City Digital Pte Ltd", "distributor", None, "SG", 3, "SGD"),
    ("P-0101", "杭州西湖数码有限公司", "Westlake Digital, Hangzhou", "dealer", "D-EAST", "CN-ZJ-HZ", 4, "CNY"),
    ("P-0102", "宁波甬江电器行", "Yongjiang Electric, Ningbo", "dealer", "D-EAST", "CN-ZJ-NB", 2, "CNY"),
    ("P-0103", "南京金陵电脑城", "Jinling Computers, Nanjing", "dealer", "D-EAST", "CN-JS-NJ", 3, "CNY"),
    (
        "P-0104",
        "苏州平江信息技术有限公司",
        "Pingjiang IT, Suzhou",
        "value_added_reseller",
        "D-EAST",
        "CN-JS-SZ",
        3,
        "CNY",
    ),
    ("P-0105", "合肥庐阳家电有限公司", "Luyang Appliances, Hefei", "dealer", "D-EAST", "CN-AH", 2, "CNY"),
    ("P-0106", "上海长宁办公设备有限公司", "Changning Office, Shanghai", "dealer", "D-EAST", "CN-SH", 3, "CNY"),
    ("P-0107", "南昌赣江数码店", "Ganjiang Digital, Nanchang", "retailer", "D-EAST", "CN-JX", 1, "CNY"),
    ("P-0201", "广州天河科贸有限公司", "Tianhe Trading, Guangzhou", "dealer", "D-SOUTH", "CN-GD-GZ", 4, "CNY"),
    ("P-0202", "深圳华强北电子有限公司", "Huaqiangbei Electronics", "dealer", "D-SOUTH", "CN-GD-SZ", 4, "CNY"),
    ("P-0203", "长沙湘江家电有限公司", "Xiangjiang Appliances", "dealer", "D-SOUTH", "CN-HN", 2, "CNY"),
    ("P-0204", "南宁邕江商行", "Yongjiang Shop, Nanning", "retailer", "D-SOUTH", "CN-GX", 1, "CNY"),
    ("P-0205", "福州闽江数码有限公司", "Minjiang Digital, Fuzhou", "dealer", "D-SOUTH", "CN-FJ", 2, "CNY"),
    ("P-0301", "北京中关村科技有限公司", "Zhongguancun Tech", "value_added_reseller", "D-NORTH", "CN-BJ", 4, "CNY"),
    ("P-0302", "天津海河电器有限公司", "Haihe Electric, Tianjin", "dealer", "D-NORTH", "CN-TJ", 2, "CNY"),
    ("P-0303", "济南泉城电脑有限公司", "Quancheng Computers, Jinan", "dealer", "D-NORTH", "CN-SD", 2, "CNY"),
    ("P-0304", "沈阳浑河家电有限公司", "Hunhe Appliances, Shenyang", "dealer", "D-NORTH", "CN-LN", 2, "CNY"),
    ("P-0111", "杭州余杭数码专卖店", "Yuhang Exclusive Shop", "exclusive_shop", "P-0101", "CN-ZJ-HZ", 1, "CNY"),
    ("P-0112", "绍兴鉴湖电脑店", "Jianhu Computers, Shaoxing", "retailer", "P-0101", "CN-ZJ-04", 1, "CNY"),
    ("P-0211", "深圳南山数码专卖店", "Nanshan Exclusive Shop", "exclusive_shop", "P-0202", "CN-GD-SZ", 1, "CNY"),
)
HEADS = tuple(DemoPartner(*row) for row in _PARTNERS)


def gtin(number: int) -> str:
    """A number of GS1's Chinese range with its check digit, for the product of this number."""
    digits = f"694{number:09d}"
    return digits + ean.calc_check_digit(digits)


FLAGSHIPS = tuple(
    DemoProduct(sku, name, name_en, line, Decimal(price), gtin(number))
    for number, (sku, line, name, name_en, price) in enumerate(_PRODUCTS, start=1)
)
