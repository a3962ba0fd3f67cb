"""Figures copied by hand from the published report: sentences, and cells of tables.

A row is a sentence: chapter, indicator, words as the book has them, and the figures in it as the report prints them.
`c` is the change, `g` the growth, `a` the average growth and `p` the change in points since a year; `share` has its
denominator.
"""

from __future__ import annotations

MEASURES = {"c": "change", "g": "growth", "a": "avg_growth", "p": "points"}
PE = "pension.enterprise"
PI = "pension.institution"
PR = "pension.resident"

#: Sentences of the report on 2025.
SENTENCES = [
    (
        "01-pension",
        f"{PE}.insured",
        "参保275.09万人，较上年末增加7.34万人，增长2.74%；较2020年末增加66.32万人，年均增长6.35%。",
        {"level": "275.09", "c2024": "7.34", "g2024": "2.74", "c2020": "66.32", "a2020": "6.35"},
    ),
    (
        "01-pension",
        f"{PE}.active",
        "207.07万人，占参保总人数的75.27%，较上年末增加5.49万人，增长2.72%；较2020年末增加55.92万人，年均增长7.4%。",
        {
            "level": "207.07",
            f"share {PE}.insured": "75.27",
            "c2024": "5.49",
            "g2024": "2.72",
            "c2020": "55.92",
            "a2020": "7.4",
        },
    ),
    (
        "01-pension",
        f"{PE}.retired",
        "68.02万人，较上年末增加1.85万人，增长2.8%；较2020年末增加10.4万人，年均增长3.61%。",
        {"level": "68.02", "c2024": "1.85", "g2024": "2.8", "c2020": "10.4", "a2020": "3.61"},
    ),
    ("01-pension", f"{PE}.support_ratio", "抚养比为3.04∶1，较上年的3.05∶1略有下降", {"level": "3.04"}),
    ("01-pension", f"{PE}.contributor_ratio", "抚养比为2.62∶1，较上年的2.59∶1略有上升", {"level": "2.62"}),
    (
        "01-pension",
        f"{PE}.contributors",
        "178.14万人，较上年末增加6.58万人，增长3.84%；较2020年末增加56.26万人，年均增长9.23%。",
        {"level": "178.14", "c2024": "6.58", "g2024": "3.84", "c2020": "56.26", "a2020": "9.23"},
    ),
    (
        "01-pension",
        f"{PE}.transfer_out_persons",
        "8,483人次，较上年增加1,571人次，增长22.73%",
        {"level": "8483", "c2024": "1571", "g2024": "22.73"},
    ),
    (
        "01-pension",
        f"{PE}.income",
        "323.70亿元，较上年增加8.47亿元，增长2.69%；较2021年增加58.41亿元，年均增长5.10%。",
        {"level": "323.70", "c2024": "8.47", "g2024": "2.69", "c2021": "58.41", "a2021": "5.10"},
    ),
    (
        "01-pension",
        f"{PE}.balance",
        "282.74亿元，较上年末增加28.58亿元，增长11.24%；较2021年末增加76.11亿元，年均增长8.16%。",
        {"level": "282.74", "c2024": "28.58", "g2024": "11.24", "c2021": "76.11", "a2021": "8.16"},
    ),
    (
        "01-pension",
        f"{PE}.income.subsidy",
        "66.76亿元，较上年减少2.01亿元，下降2.92%；较2021年增加20.66亿元，年均增长9.70%。",
        {
            "level": "66.76",
            f"share {PE}.income": "20.63",
            "c2024": "-2.01",
            "g2024": "-2.92",
            "c2021": "20.66",
            "a2021": "9.70",
        },
    ),
    (
        "01-pension",
        f"{PE}.expenditure.other",
        "2.28亿元，较上年增加2.10亿元，增长1,166.67%",
        {"level": "2.28", "c2024": "2.10", "g2024": "1166.67"},
    ),
    (
        "01-pension",
        f"{PE}.monthly_pension",
        "3,870元，较2020年增加634元，年均增长3.92%",
        {"level": "3870", "c2020": "634", "g2020": "19.59", "a2020": "3.92"},
    ),
    (
        "01-pension",
        f"{PE}.contribution_base",
        "6,841元，较上年增加533元，增长8.45%；较2020年增加2,340元，年均增长10.4%。",
        {"level": "6841", "c2024": "533", "g2024": "8.45", "c2020": "2340", "a2020": "10.4"},
    ),
    ("01-pension", f"{PI}.income", "125.32亿元，同比增长20.78%", {"level": "125.32", "g2024": "20.78"}),
    ("01-pension", f"{PI}.income.other", "0.09亿元，同比下降25%", {"level": "0.09", "g2024": "-25"}),
    (
        "01-pension",
        f"{PI}.retired",
        "13.36万人，占38.23%，较上年末增加0.28万人，增长2.14%",
        {"level": "13.36", f"share {PI}.insured": "38.23", "c2024": "0.28", "g2024": "2.14"},
    ),
    (
        "01-pension",
        f"{PR}.insured",
        "224.28万人，较上年末减少2.48万人，下降1.09%",
        {"level": "224.28", "c2024": "-2.48", "g2024": "-1.09"},
    ),
    (
        "01-pension",
        f"{PR}.balance",
        "79.46亿元，较上年末增加8.74亿元，增长12.36%；较2021年末增加28.30亿元，年均增长11.64%。",
        {"level": "79.46", "c2024": "8.74", "g2024": "12.36", "c2021": "28.30", "a2021": "11.64"},
    ),
    (
        "02-injury",
        "injury.insured",
        "参保151.25万人，较上年末增加1.74万人，增长1.16%；较2021年末增加7.46万人，年均增长1.27%。",
        {"level": "151.25", "c2024": "1.74", "g2024": "1.16", "c2021": "7.46", "a2021": "1.27"},
    ),
    (
        "02-injury",
        "injury.insured.government",
        "11.15万人，占参保总人数的7.37%，较上年末增加657人，增长0.59%",
        {"level": "11.15", "share injury.insured": "7.37", "c2024": "657", "g2024": "0.59"},
    ),
    (
        "02-injury",
        "injury.balance",
        "8.79亿元，较上年末增加2.10亿元，增长31.39%；较2021年末减少0.22亿元，年均下降0.62%。",
        {"level": "8.79", "c2024": "2.10", "g2024": "31.39", "c2021": "-0.22", "a2021": "-0.62"},
    ),
    (
        "02-injury",
        "injury.beneficiaries",
        "10,252人，较上年减少3,382人，下降24.81%；较2021年增加3,764人，年均增长12.12%。",
        {"level": "10252", "c2024": "-3382", "g2024": "-24.81", "c2021": "3764", "a2021": "12.12"},
    ),
    (
        "02-injury",
        "injury.care.expenditure",
        "3,984.13万元，较上年增加47.03万元，增长1.19%；较2021年增加2,249.62万元，年均增长23.1%。",
        {"level": "3984.13", "c2024": "47.03", "g2024": "1.19", "c2021": "2249.62", "a2021": "23.1"},
    ),
    (
        "03-unemployment",
        "unemployment.insured",
        "132.58万人，较上年末增加5.69万人，增长4.48%",
        {"level": "132.58", "c2024": "5.69", "g2024": "4.48"},
    ),
    (
        "03-unemployment",
        "unemployment.income.interest",
        "较上年增加0.30亿元，增长126.51%；较2021年减少0.06亿元，年均下降2.53%。",
        {"level": "0.53", "c2024": "0.30", "g2024": "126.51", "c2021": "-0.06", "a2021": "-2.53"},
    ),
    (
        "03-unemployment",
        "unemployment.balance",
        "26.44亿元，较上年末减少0.97亿元，下降3.53%；较2021年末增加3.32亿元，年均增长3.41%。",
        {"level": "26.44", "c2024": "-0.97", "g2024": "-3.53", "c2021": "3.32", "a2021": "3.41"},
    ),
    (
        "03-unemployment",
        "unemployment.migrant_grant.recipients",
        "3,069人，较上年增加844人，增长37.9%；较2020年减少3,520人，下降53.4%。",
        {"level": "3069", "c2024": "844", "g2024": "37.9", "c2020": "-3520", "g2020": "-53.4"},
    ),
    ("04-fund", "fund.income", "总收入501.87亿元", {"level": "501.87"}),
    ("04-fund", "fund.expenditure", "总支出452.38亿元", {"level": "452.38"}),
    ("04-fund", "fund.assets", "资产总额495.92亿元", {"level": "495.92"}),
    ("04-fund", "fund.months.resident", "静态可支付月数为43.6个月", {"level": "43.6"}),
    ("04-fund", "fund.monitor.recovered", "追回1,664.62万元", {"level": "1664.62"}),
    ("05-digital", "digital.demand", "业务需求7,473件", {"level": "7473"}),
    ("05-digital", "digital.ecard.holders", "549万人", {"level": "549"}),
    ("05-digital", "digital.card.coverage", "100.5%", {"level": "100.5"}),
    ("06-agency", "agency.count", "27个", {"level": "27"}),
    (
        "06-agency",
        "agency.staff.age.to35",
        "202人，占实有人数的29.66%",
        {"level": "202", "share agency.staff": "29.66"},
    ),
    ("06-agency", "agency.staff.rank.other", "483人，占70.93%", {"level": "483", "share agency.staff": "70.93"}),
]
#: Figures of the report on 2024.
LAST_YEAR = [
    ("01-pension", f"{PE}.insured", "参保267.75万人", {"level": "267.75"}),
    (
        "01-pension",
        f"{PE}.active",
        "201.58万人，占参保总人数的75.29%",
        {"level": "201.58", f"share {PE}.insured": "75.29"},
    ),
    (
        "01-pension",
        f"{PE}.income",
        "315.23亿元，较上年增加24.38亿元，增长8.38%",
        {"level": "315.23", "c2023": "24.38", "g2023": "8.38", "c2022": "73.24"},
    ),
    (
        "01-pension",
        f"{PE}.expenditure",
        "288.37亿元，较上年增加21.15亿元，增长7.91%",
        {"level": "288.37", "c2023": "21.15", "g2023": "7.91"},
    ),
    (
        "01-pension",
        f"{PE}.balance",
        "254.16亿元，较上年末增加26.86亿元，增长11.82%",
        {"level": "254.16", "c2023": "26.86", "g2023": "11.82"},
    ),
    (
        "01-pension",
        f"{PI}.income.subsidy",
        "49.26亿元，较上年增加5.37亿元，增长12.2%",
        {"level": "49.26", "c2023": "5.37", "g2023": "12.2"},
    ),
    ("01-pension", f"{PR}.insured", "参保226.76万人", {"level": "226.76"}),
    ("02-injury", "injury.insured", "参保149.51万人", {"level": "149.51"}),
    (
        "02-injury",
        "injury.beneficiaries",
        "13,634人，较上年增加929人，增长7.31%",
        {"level": "13634", "c2023": "929", "g2023": "7.31"},
    ),
    (
        "02-injury",
        "injury.disabled",
        "12,165人，较上年增加881人，增长7.81%",
        {"level": "12165", "c2023": "881", "g2023": "7.81"},
    ),
    ("02-injury", "injury.deaths", "188人，较上年增加6人，增长3.30%", {"level": "188", "c2023": "6", "g2023": "3.30"}),
    (
        "02-injury",
        "injury.dependants",
        "1,281人，较上年增加42人，增长3.39%",
        {"level": "1281", "c2023": "42", "g2023": "3.39"},
    ),
    ("03-unemployment", "unemployment.insured", "参保126.89万人", {"level": "126.89"}),
    ("03-unemployment", "unemployment.monthly_benefit", "1,805元", {"level": "1805"}),
]
#: Cells of tables: chapter, table, row, column, indicator, region, figure.
CELLS = [
    ("01-pension", "tab-1-1", "宁东能源化工基地", "参保人数", f"{PE}.insured", "64ND00", "3.66"),
    ("01-pension", "tab-1-1", "石嘴山市（市本级）", "参保人数", f"{PE}.insured", "640201", "24.5"),
    ("01-pension", "tab-1-2", "红寺堡区", "抚养比", f"{PE}.support_ratio", "640303", "13.47"),
    ("01-pension", "tab-1-3", "海原县", "抚养比", f"{PE}.contributor_ratio", "640522", "1.04"),
    ("01-pension", "tab-1-4", "永宁县", "缴费人数", f"{PE}.contributors", "640121", "6"),
    ("01-pension", "tab-1-6", "自治区本级", "当期结余", f"{PE}.current_balance", "64BJ00", "246.47"),
    ("01-pension", "tab-1-7", "自治区本级", "参保人数", f"{PI}.insured", "64BJ00", "9.57"),
    ("01-pension", "tab-1-9", "海原县", "参保人数", f"{PR}.insured", "640522", "18.03"),
    ("01-pension", "tab-1-10", "原州区", "累计结余", f"{PR}.balance", "640402", "5.97"),
    ("02-injury", "tab-2-1", "合计", "参保人数", "injury.insured_persons", "640000", "1512522"),
    ("02-injury", "tab-2-2", "彭阳县", "当期结余", "injury.current_balance", "640425", "-0.08"),
    ("03-unemployment", "tab-3-1", "西吉县", "参保人数", "unemployment.insured", "640422", "1.56"),
    ("03-unemployment", "tab-3-3", "贺兰县", "领取", "unemployment.recipients", "640122", "2409"),
]
