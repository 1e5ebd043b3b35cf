"""What claims are about, in both languages: the keys that analysts write in topic and metric."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.analysis.names import choice_label, config_label, model_label, term_label
from reportgen.language import Text
from reportgen.workbook.schema import sheet
from reportgen.workbook.tables import Row

_KNOWN: Mapping[str, Text] = {
    "approved_firms": Text("获批企业家数", "approved firms"),
    "chips_per_firm": Text("每家放行张数", "cards per firm"),
    "chips_total": Text("放行总量", "cards released"),
    "servers_equivalent": Text("折合整机", "as servers"),
    "share_of_domestic_stock": Text("放行量占国内存量", "release as a share of stock"),
    "time_to_arrive": Text("放行后到货", "arrival after a release"),
    "order_wait_time": Text("订单等待", "wait for an order"),
    "minimum_lease_term": Text("最短租约", "shortest lease"),
    "iteration_period": Text("换代周期", "generation cycle"),
    "porting_time": Text("迁移适配", "porting"),
    "price_ratio": Text("整机价格，相对进口", "server price against imported"),
    "nvidia_usage_share": Text("异构平台用进口卡", "imported cards on mixed platforms"),
    "spot_premium_over_forward": Text("现货溢价", "spot premium"),
    "forward_price_change_abs": Text("期货涨额", "rise of the forward"),
    "gross_profit_forward_to_spot": Text("期货转现货毛利", "profit from forward to spot"),
    "rent_covers_capex_premium": Text(
        "涨租能否覆盖设备溢价", "whether rents cover dearer hardware"
    ),
    "performance_vs_h100": Text("国产卡性能，相对 H100", "domestic performance against H100"),
    "performance_vs_h100_claimed": Text("国产卡性能（宣称）", "domestic performance, claimed"),
    "platform_margin": Text("聚合平台抽成", "platform's cut"),
    "reseller_margin": Text("转售商利润率", "reseller's margin"),
    "reseller_markup": Text("转售商加价率", "reseller's mark-up"),
    "token_price_ratio": Text("Token 单价，相对海外", "token price against overseas"),
    "training_cost_ratio_vs_us": Text("训练成本，相对海外", "training cost against overseas"),
    "share_of_world_token_usage": Text("全球 Token 用量占比", "share of world token use"),
    "inference_location_expert": Text("海外调用的算力所在地", "where overseas calls run"),
    "inference_location_interviewer": Text("海外调用的算力所在地", "where overseas calls run"),
    "price_low_tier": Text("订阅月费，低档", "subscription, basic"),
    "price_high_tier": Text("订阅月费，高档", "subscription, top"),
    "available_lot_size": Text("可租到的集群规模", "cluster size on offer"),
    "unavailable_lot_size_1y": Text("租不到的集群规模", "cluster size not on offer"),
    "expert_refuses_to_quantify": Text("需求数据", "data on demand"),
    "share": Text("客户份额", "customer shares"),
    "inference_ratio": Text("推理与训练之比", "inference to training"),
    "utilisation": Text("使用率", "utilisation"),
    "price_change": Text("租金走势", "direction of rents"),
    "purchase_price": Text("整机价格", "server prices"),
    "supply": Text("供给", "supply"),
    "lead_time": Text("周期与等待", "lead times"),
    "demand": Text("需求", "demand"),
    "economics": Text("租赁盈利", "profit from leasing"),
    "memory": Text("内存", "memory"),
    "policy": Text("政策", "policy"),
    "domestic_gpu": Text("国产与进口对比", "domestic against imported"),
    "token_economics": Text("Token 经济性", "token economics"),
    "cost_structure": Text("成本结构", "cost structure"),
}
_DIRECTION_METRICS = ("rent_direction", "rent_change", "price_momentum", "weekly_price")
_METRICS = {choice.key: choice.label for choice in sheet("Demand").column("metric").choices}
_PARAMETERS = {
    choice.key: choice.label for choice in sheet("Economics").column("parameter").choices
}
_SPELLINGS = {"utilization": "utilisation"}


def topic(row: Row) -> str:
    """The key of what a row is about: a survey topic, a metric, a parameter, or what is priced."""
    if row.sheet == "Prices":
        return f"{row.text('market')} {row.text('model')}"
    key = row.text("topic") or row.text("metric") or row.text("parameter")
    return _SPELLINGS.get(key, key)


def metric_label(row: Row) -> Text:
    """What a row measures, as short as can be; a new key labels itself."""
    if row.sheet == "Prices":
        return price_label(row)
    metric = row.text("metric")
    if metric.startswith(_DIRECTION_METRICS):
        return _KNOWN["price_change"]
    for key in (metric, row.text("parameter")):
        label = _KNOWN.get(key) or _METRICS.get(key) or _PARAMETERS.get(key)
        if label:
            return _of_model(label, row.text("model"))
    return _fallback(row)


def price_label(row: Row) -> Text:
    """H200 现货整机 / H200 spot server, as far as the row says."""
    key = [model_label(row.text("model"))]
    if row.text("config"):
        key.append(config_label(row.text("config").lower()))
    if row.text("term"):
        key.append(term_label(row.text("term")))
    key += [
        choice_label(column, row.text(column)) for column in ("tenor", "basis") if row.text(column)
    ]
    noun = (
        Text("月租", "rent") if row.text("market") == "rent" else Text("整机价格", "server price")
    )
    words = [*key, noun]
    return Text(" ".join(word.zh for word in words), " ".join(word.en for word in words))


def _of_model(label: Text, model: str) -> Text:
    if not model:
        return label
    name = model_label(model)
    return Text(f"{name.zh} {label.zh}", f"{name.en} {label.en}")


def _fallback(row: Row) -> Text:
    known = _KNOWN.get(topic(row))
    zh = row.text("subject") or row.text("segment")
    en = (row.text("metric") or row.text("parameter")).replace("_", " ") or row.text("segment_en")
    if known:
        return Text(zh or known.zh, en or known.en)
    return Text(zh or en or topic(row), en or topic(row).replace("_", " "))
