// The start page's line chart: this year, and last year in grey. The table beside it has the same figures.
addEventListener("load", () => {
  const box = document.getElementById("sales-chart");
  if (!box || !window.echarts) { if (box) box.remove(); return; }
  const data = JSON.parse(document.getElementById("sales-data").textContent);
  const chart = echarts.init(box, null, { renderer: "svg", width: box.clientWidth || 600, height: 288 });
  const short = (value) => Intl.NumberFormat(document.documentElement.lang, { notation: "compact" }).format(value);
  const line = (name, values, more) => ({ name, type: "line", data: values, symbolSize: 6, ...more });
  const draw = () => {
    const dark = document.documentElement.classList.contains("dark");
    const colour = dark ? { now: "#7cb8f5", before: "#8b939e", text: "#a9b0bb", line: "#343c4b" }
      : { now: "#0456a3", before: "#8b939e", text: "#5f6670", line: "#e2e6eb" };
    const series = [line(box.dataset.now, data.now, {})];
    if (data.before.some((value) => value !== 0)) {
      series.push(line(box.dataset.before, data.before, { lineStyle: { type: "dashed" } }));
    }
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: box.dataset.label } },
      color: [colour.now, colour.before],
      grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: colour.text } },
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: short },
      xAxis: {
        type: "category", data: data.months, axisLabel: { color: colour.text },
        axisLine: { lineStyle: { color: colour.line } },
      },
      yAxis: {
        type: "value", axisLabel: { color: colour.text, formatter: short },
        splitLine: { lineStyle: { color: colour.line } },
      },
      series,
    });
  };
  draw();
  new ResizeObserver(() => box.clientWidth && chart.resize({ width: box.clientWidth, height: 288 })).observe(box);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["class"] });
  chart.on("click", (point) => {
    const month = data.months[point.dataIndex];
    const [year, number] = month.split("-").map(Number);
    const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
    location.href = `${box.dataset.lines}?booked_on_from=${month}-01&booked_on_to=${last}`;
  });
});
