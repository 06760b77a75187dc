"""Names for people and shops that do not exist."""

from __future__ import annotations

from random import Random

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN_FEMALE = [
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "婷",
    "雪",
    "慧",
    "倩",
    "颖",
    "欣怡",
    "诗涵",
    "梓涵",
    "雨桐",
    "佳琪",
    "思雨",
    "晓燕",
    "美玲",
    "玉兰",
    "秀英",
    "若曦",
    "可馨",
    "语嫣",
    "梦瑶",
]
GIVEN_MALE = [
    "伟",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "杰",
    "涛",
    "明",
    "超",
    "浩然",
    "子轩",
    "宇航",
    "俊杰",
    "嘉豪",
    "建国",
    "志强",
    "天佑",
    "文博",
    "晨曦",
    "睿",
    "鹏飞",
    "一鸣",
    "思远",
]
FIRST_FEMALE = [
    "Amelia",
    "Olivia",
    "Grace",
    "Hannah",
    "Lucy",
    "Emma",
    "Sophie",
    "Chloe",
    "Ruby",
    "Alice",
    "Nora",
    "Clara",
    "Julia",
    "Maria",
    "Anna",
    "Laura",
    "Priya",
    "Aisha",
]
FIRST_MALE = [
    "Oliver",
    "Jack",
    "Henry",
    "Thomas",
    "James",
    "Daniel",
    "Samuel",
    "Leo",
    "Oscar",
    "Arthur",
    "Hugo",
    "Martin",
    "Paul",
    "David",
    "Marco",
    "Ahmed",
    "Ravi",
    "Felix",
]
LAST = [
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Evans",
    "Wilson",
    "Wright",
    "Walker",
    "Green",
    "Hall",
    "Clarke",
    "Hughes",
    "Edwards",
    "Turner",
    "Baker",
    "Moreau",
    "Rossi",
    "Garcia",
    "Novak",
    "Larsen",
    "Schmidt",
    "Weber",
    "Kowalski",
    "Silva",
    "Patel",
    "Khan",
    "Murphy",
    "Kelly",
    "Byrne",
    "Ryan",
]

STORES = (
    ("S01", "南京西路店", "华东", "上海"),
    ("S02", "西湖店", "华东", "杭州"),
    ("S03", "三里屯店", "华北", "北京"),
    ("S04", "春熙路店", "西南", "成都"),
    ("S05", "天河店", "华南", "广州"),
    ("S06", "Expat Corner", "Online", "Shanghai"),
)
"""(number, name, region, city of its customers)."""


def chinese(random: Random, *, is_female: bool) -> str:
    return random.choice(FAMILY) + random.choice(GIVEN_FEMALE if is_female else GIVEN_MALE)


def english(random: Random, *, is_female: bool) -> str:
    return f"{random.choice(FIRST_FEMALE if is_female else FIRST_MALE)} {random.choice(LAST)}"
