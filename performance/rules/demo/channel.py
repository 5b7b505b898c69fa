"""The demo's partners and products beyond the known faces, by dice: the same for a scale and seed."""

import random
from collections.abc import Iterator
from decimal import Decimal

from performance.rules.demo.heads import FLAGSHIPS, HEADS, DemoPartner, DemoProduct, gtin
from performance.rules.demo.places import CITIES, SHARES, City
from performance.rules.demo.scales import Scale

# Kind, its share, name in English, endings of names in Chinese and English, size.
_KINDS = (
    ("dealer", 46, (("数码有限公司", "Digital"), ("电脑有限公司", "Computers"), ("家电有限公司", "Appliances")), 2.0),
    ("retailer", 26, (("电器行", "Electric"), ("数码店", "Digital Shop"), ("商行", "Trading")), 0.7),
    ("exclusive_shop", 10, (("专卖店", "Exclusive Shop"),), 0.9),
    ("value_added_reseller", 8, (("信息技术有限公司", "IT"), ("系统集成有限公司", "Systems")), 2.6),
    ("agent", 5, (("商贸有限公司", "Commerce"), ("贸易有限公司", "Trade")), 5.0),
    ("supermarket", 3, (("商业集团", "Stores"),), 3.5),
    ("own_web_shop", 2, (("网络科技有限公司", "Online"),), 1.5),
)


def _syllables(letters: str, sounds: str) -> list[tuple[str, str]]:
    return list(zip(letters, sounds.split(), strict=True))


# What brands are made of: a first and a second syllable, each with its pinyin.
_FIRST = _syllables(
    "嘉恒瑞盛博宏金鼎华信联众创新远达泰和锦翔腾飞顺凯旭晨汇天润源",
    "Jia Heng Rui Sheng Bo Hong Jin Ding Hua Xin Lian Zhong Chuang Xin Yuan Da Tai He Jin Xiang Teng Fei Shun Kai Xu"
    " Chen Hui Tian Run Yuan",
)
_SECOND = _syllables(
    "泰信达通源盛诚隆联科佳宇翔元润成邦合安康捷利昌兴航博维纳森岳",
    "tai xin da tong yuan sheng cheng long lian ke jia yu xiang yuan run cheng bang he an kang jie li chang xing hang"
    " bo wei na sen yue",
)
# Whose region a province is: the distributors among the known faces.
AGENTS_SHARE = 0.5
_EAST = ("CN-SH", "CN-ZJ", "CN-JS", "CN-AH", "CN-JX", "CN-SD", "CN-HB")
_SOUTH = ("CN-GD", "CN-GX", "CN-FJ", "CN-HN", "CN-HI", "CN-SC", "CN-CQ", "CN-YN", "CN-GZ", "CN-XZ")
_ABROAD = (
    ("F-MY", "槟城电子私人有限公司", "Penang Electronics Sdn Bhd", "MY"),
    ("F-TH", "曼谷数码有限公司", "Bangkok Digital Co., Ltd.", "TH"),
    ("F-VN", "河内家电股份公司", "Hanoi Appliances JSC", "VN"),
    ("F-AE", "迪拜办公设备有限公司", "Dubai Office FZE", "AE"),
)
# Line, series in Chinese and English, sizes, price from and to.
_SERIES = (
    ("NOTEBOOKS", "笔记本", "Notebook", (13, 14, 15, 16), 3599, 15999),
    ("DISPLAYS", "显示器", "Display", (22, 24, 27, 32, 34), 599, 4999),
    ("AIR", "净化器", "Purifier", (200, 300, 400, 500, 600), 699, 4599),
    ("CLEANING", "清洁机", "Cleaner", (5, 8, 10, 20, 30), 599, 4299),
    ("NETWORK", "路由器", "Router", (1800, 3000, 5400, 6000), 129, 1599),
    ("ACCESSORIES", "配件", "Accessory", (1, 2, 3, 4, 5, 6), 19, 399),
)


def partners(scale: Scale, seed: int) -> list[DemoPartner]:
    """Everybody, parents before those under them; the known faces first."""
    dice = random.Random(f"{seed} partners")  # noqa: S311 - a demo, not a secret
    abroad = [DemoPartner(*row[:3], "distributor", None, row[3], 1.5) for row in _ABROAD]
    found = [*HEADS, *abroad]
    taken = {partner.name for partner in found}
    agents: dict[str, list[DemoPartner]] = {}
    for number in range(len(found), scale.partners):
        partner = _partner(dice, number, agents, taken)
        if partner.kind == "agent":
            agents.setdefault(partner.home[:5], []).append(partner)
        found.append(partner)
    return found


def _partner(dice: random.Random, number: int, agents: dict[str, list[DemoPartner]], taken: set[str]) -> DemoPartner:
    kind, _, endings, size = dice.choices(_KINDS, weights=[row[1] for row in _KINDS])[0]
    city = dice.choices(CITIES, weights=_CITY_WEIGHTS)[0]
    name, name_en = _name(dice, city, endings, taken)
    above = agents.get(city.province, [])
    parent = (
        dice.choice(above).code if kind != "agent" and above and dice.random() < 0.5 else distributor(city.province)
    )
    weight = round(size * dice.lognormvariate(0, 0.7), 3)
    return DemoPartner(f"P-{number:05d}", name, name_en, kind, parent, city.code, weight)


def distributor(province: str) -> str:
    """The code of the distributor whose region a province is."""
    if province in _EAST:
        return "D-EAST"
    return "D-SOUTH" if province in _SOUTH else "D-NORTH"


def _name(dice: random.Random, city: City, endings: tuple[tuple[str, str], ...], taken: set[str]) -> tuple[str, str]:
    ending, ending_en = dice.choice(endings)
    while True:
        (first, first_en), (second, second_en) = dice.choice(_FIRST), dice.choice(_SECOND)
        name = f"{city.name}{first}{second}{ending}"
        if name not in taken:
            break
        ending = dice.choice(("科技", "电子", "智能")) + ending
    taken.add(name)
    return name, f"{first_en}{second_en} {ending_en}, {city.name_en}"


def products(scale: Scale, seed: int) -> list[DemoProduct]:
    """The maker's range, the flagships first."""
    dice = random.Random(f"{seed} products")  # noqa: S311 - a demo, not a secret
    found = list(FLAGSHIPS)
    for number in range(len(found) + 1, scale.products + 1):
        line, name, name_en, sizes, low, high = _SERIES[number % len(_SERIES)]
        size, mark = dice.choice(sizes), f"{chr(65 + number % 26)}{number // 26}"
        price = Decimal(round(dice.triangular(low, high, low + (high - low) / 5), -1) - 1)
        names = f"澜岳 {name} {size} {mark}", f"Lanyue {name_en} {size} {mark}"
        found.append(DemoProduct(f"LY-{line[0]}{number:05d}", *names, line, price, gtin(number)))
    return found


def _city_weights() -> Iterator[float]:
    counts: dict[str, int] = {}
    for city in CITIES:
        counts[city.province] = counts.get(city.province, 0) + 1
    for city in CITIES:
        yield SHARES[city.province] / counts[city.province]


_CITY_WEIGHTS = list(_city_weights())
