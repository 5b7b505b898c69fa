"""What ``load_reference`` delivers, as plain tables."""

from channelhub.core.models import Role

STAFF, DEALER = Role.Kind.STAFF, Role.Kind.DEALER
READS_ALL = ("*.view_*",)
# Everybody on the staff works on tasks, comments and documents, and reads what partners and products are.
WORKS = (
    "core.view_task",
    "core.change_task",
    "core.view_workflowcase",
    "core.decide_workflowcase",
    "core.*_delegation",
    "core.view_notification",
    "core.*_comment",
    "core.*_document",
    "core.*_savedview",
    "partners.view_*",
)

# What the start page shows to whom; a role that names nothing shows all that it may see.
_MONEY = ("start.sales", "start.accrued", "start.by_month", "start.by_partner", "start.rebates")
_RISK = ("start.at_risk", "start.findings")
_SALES = ("start.sales", "start.accrued", "start.by_month", "start.by_partner", "start.attainment", "start.heatmap")
_CHARTS = (*_SALES, *_RISK, "start.by_territory", "start.by_line", "start.rebates")

# Code, kind, name, name in English, permissions.
ROLES = (
    ("administrator", STAFF, "管理员", "Administrator", ("*",)),
    ("management", STAFF, "管理层", "Management", (*WORKS, *READS_ALL)),
    (
        "channel_manager",
        STAFF,
        "渠道经理",
        "Channel manager",
        (
            *WORKS,
            *READS_ALL,
            "partners.*",
            "inventory.*",
            "pricing.*_rebateprogramme",
            "pricing.*_pricerevision",
            "performance.change_finding",
            "performance.*_tierproposal",
            "performance.*_tierrules",
            "performance.*_target",
            "performance.*_reportduty",
            "core.*_importjob",
            "core.*_mappingprofile",
            "core.*_externalcode",
        ),
    ),
    (
        "key_account_manager",
        STAFF,
        "大客户经理",
        "Key-account manager",
        (
            *WORKS,
            *_SALES,
            "pricing.view_*",
            "inventory.view_*",
            "performance.view_*",
            "partners.change_partner",
            "core.view_suspectedpair",
        ),
    ),
    ("direct_sales", STAFF, "直销", "Direct sales", (*WORKS, "pricing.view_*", "inventory.view_*")),
    ("telesales", STAFF, "电话销售", "Telesales", WORKS),
    (
        "assistant",
        STAFF,
        "销售助理",
        "Assistant",
        (*WORKS, *READS_ALL, "partners.add_partner", "partners.change_partner", "core.*_importjob"),
    ),
    (
        "finance",
        STAFF,
        "财务",
        "Finance",
        (
            *WORKS,
            *READS_ALL,
            *_MONEY,
            *_RISK,
            "pricing.*",
            "partners.*_depositaccount",
            "core.*_accountingmonth",
            "core.*_importjob",
            "core.*_accountingmonth",
            "core.*_importjob",
            "partners.*_bankaccount",
            "partners.*_invoicedetails",
            "partners.reveal_number",
        ),
    ),
    (
        "legal",
        STAFF,
        "法务",
        "Legal",
        (
            *WORKS,
            *_RISK,
            "core.view_*",
            "pricing.view_*",
            "performance.view_*",
            "partners.*_authorisation",
            "partners.*_contract*",
            "partners.*_template*",
        ),
    ),
    ("after_sales", STAFF, "售后", "After-sales", (*WORKS, "inventory.view_*")),
    ("analyst", STAFF, "分析员", "Analyst", (*READS_ALL, *_CHARTS)),
    ("auditor", STAFF, "审计员", "Auditor (reads only)", READS_ALL),
    ("owner", DEALER, "负责人", "Owner", ("portal.*",)),
    ("buyer", DEALER, "采购", "Buyer", ("portal.view_sales", "portal.buy", "portal.talk", "portal.report")),
    ("dealer_finance", DEALER, "财务", "Finance", ("portal.view_*", "portal.settle", "portal.talk")),
    ("viewer", DEALER, "只读", "Viewer", ("portal.view_*",)),
)

# Code, name, name in English.
PARTNER_TYPES = (
    ("distributor", "分销商", "Distributor"),
    ("agent", "代理商", "Agent"),
    ("dealer", "经销商", "Dealer"),
    ("retailer", "零售商", "Retailer"),
    ("exclusive_shop", "专卖店", "Exclusive shop"),
    ("own_web_shop", "自营网店", "Own web shop"),
    ("marketplace_shop", "平台网店", "Marketplace shop"),
    ("social_seller", "社交电商", "Social seller"),
    ("live_stream", "直播电商", "Live-stream commerce"),
    ("hybrid", "线上线下融合", "Hybrid"),
    ("service_provider", "服务商", "Service provider"),
    ("logistics_provider", "物流服务商", "Logistics provider"),
    ("value_added_reseller", "增值经销商", "Value-added reseller"),
    ("direct_sales_team", "直销团队", "Direct sales team"),
    ("franchise", "加盟商", "Franchise"),
    ("supermarket", "商超", "Supermarket"),
    ("natural_person", "个人", "Natural person"),
)

# By the root's code: name, name in English, nodes beneath.
SALES_CHANNELS = {
    "online": (
        "线上",
        "Online",
        (
            ("tmall", "天猫", "Tmall"),
            ("taobao", "淘宝", "Taobao"),
            ("jd", "京东", "JD.com"),
            ("pinduoduo", "拼多多", "Pinduoduo"),
            ("douyin", "抖音", "Douyin"),
            ("wechat", "微信", "WeChat"),
            ("amazon", "亚马逊", "Amazon"),
            ("own_web_shop", "官方商城", "Own web shop"),
        ),
    ),
    "offline": (
        "线下",
        "Offline",
        (
            ("dealer_shop", "经销门店", "Dealer's shop"),
            ("exclusive_shop", "专卖店", "Exclusive shop"),
            ("supermarket", "商超", "Supermarket"),
            ("projects", "项目直供", "Projects"),
        ),
    ),
}

PROVINCES = (
    ("CN-AH", "安徽", "Anhui"),
    ("CN-BJ", "北京", "Beijing"),
    ("CN-CQ", "重庆", "Chongqing"),
    ("CN-FJ", "福建", "Fujian"),
    ("CN-GD", "广东", "Guangdong"),
    ("CN-GS", "甘肃", "Gansu"),
    ("CN-GX", "广西", "Guangxi"),
    ("CN-GZ", "贵州", "Guizhou"),
    ("CN-HA", "河南", "Henan"),
    ("CN-HB", "湖北", "Hubei"),
    ("CN-HE", "河北", "Hebei"),
    ("CN-HI", "海南", "Hainan"),
    ("CN-HK", "香港", "Hong Kong"),
    ("CN-HL", "黑龙江", "Heilongjiang"),
    ("CN-HN", "湖南", "Hunan"),
    ("CN-JL", "吉林", "Jilin"),
    ("CN-JS", "江苏", "Jiangsu"),
    ("CN-JX", "江西", "Jiangxi"),
    ("CN-LN", "辽宁", "Liaoning"),
    ("CN-MO", "澳门", "Macao"),
    ("CN-NM", "内蒙古", "Inner Mongolia"),
    ("CN-NX", "宁夏", "Ningxia"),
    ("CN-QH", "青海", "Qinghai"),
    ("CN-SC", "四川", "Sichuan"),
    ("CN-SD", "山东", "Shandong"),
    ("CN-SH", "上海", "Shanghai"),
    ("CN-SN", "陕西", "Shaanxi"),
    ("CN-SX", "山西", "Shanxi"),
    ("CN-TJ", "天津", "Tianjin"),
    ("CN-TW", "台湾", "Taiwan"),
    ("CN-XJ", "新疆", "Xinjiang"),
    ("CN-XZ", "西藏", "Tibet"),
    ("CN-YN", "云南", "Yunnan"),
    ("CN-ZJ", "浙江", "Zhejiang"),
)
