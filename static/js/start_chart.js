// The start page's line chart: this year, and last year in grey. The table beside it has the same figures.
(() => {
  const box = document.getElementById("sales-chart");
  if (!box || !window.echarts) { if (box) box.remove(); return; }
  const data = JSON.parse(document.getElementById("sales-data").textContent);
  const dark = document.documentElement.classList.contains("dark");
  const colour = dark ? { now: "#7cb8f5", before: "#8b939e", text: "#a3a9b3", line: "#343a43" }
    : { now: "#0456a3", before: "#8b939e", text: "#5f6670", line: "#e2e6eb" };
  const chart = echarts.init(box, null, { renderer: "svg" });
  const short = (value) => Intl.NumberFormat(document.documentElement.lang, { notation: "compact" }).format(value);
  chart.setOption({
    animation: false,
    aria: { enabled: true, label: { description: box.dataset.label }, decal: { show: true } },
    color: [colour.now, colour.before],
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: colour.text } },
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: short },
    xAxis: { type: "category", data: data.months, axisLabel: { color: colour.text }, axisLine: { lineStyle: { color: colour.line } } },
    yAxis: { type: "value", axisLabel: { color: colour.text, formatter: short }, splitLine: { lineStyle: { color: colour.line } } },
    series: [
      { name: box.dataset.now, type: "line", data: data.now, symbolSize: 7 },
      { name: box.dataset.before, type: "line", data: data.before, symbolSize: 5, lineStyle: { type: "dashed" } },
    ],
  });
  chart.on("click", (point) => {
    const [year, month] = data.months[point.dataIndex].split("-").map(Number);
    const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
    location.href = `/admin/pricing/salesline/?booked_on_from=${data.months[point.dataIndex]}-01&booked_on_to=${last}`;
  });
  addEventListener("resize", () => chart.resize());
})();
