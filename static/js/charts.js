// Draws every [data-chart] from its JSON; a mark opens the list that adds up to it. The table beside it says the same.
addEventListener("load", () => {
  const boxes = [...document.querySelectorAll("[data-chart]")];
  if (!window.echarts) { boxes.forEach((box) => box.remove()); return; }
  const language = document.documentElement.lang || "en";
  const locale = language.toLowerCase().startsWith("zh") ? "ZH" : "EN"; // all words shown come with the data
  const short = (value) => value == null ? "–" : Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 2 }).format(value);
  const isDark = () => document.documentElement.classList.contains("dark");
  const COLOURS = {
    light: { now: "#0456a3", before: "#8b939e", target: "#964000", text: "#5f6670", line: "#e2e6eb", low: "#d9e8f8", paper: "#fff" },
    dark: { now: "#7cb8f5", before: "#8b939e", target: "#ffa94d", text: "#a9b0bb", line: "#343c4b", low: "#1d3450", paper: "#101726" },
  };
  for (const [name, c] of Object.entries(COLOURS)) {
    const axis = { axisLabel: { color: c.text }, axisLine: { lineStyle: { color: c.line } }, splitLine: { lineStyle: { color: c.line } } };
    echarts.registerTheme(`channelhub-${name}`, {
      color: [c.now, c.before, c.target], textStyle: { color: c.text }, legend: { textStyle: { color: c.text } },
      categoryAxis: axis, valueAxis: axis,
    });
  }
  const theme = () => `channelhub-${isDark() ? "dark" : "light"}`;
  const category = (names, more) => ({ type: "category", data: names, ...more });
  const value = (more) => ({ type: "value", splitNumber: 4, axisLabel: { formatter: short, hideOverlap: true }, ...more });
  const looks = (series, c) => ({
    now: { itemStyle: { color: c.now } },
    before: { itemStyle: { color: c.before }, lineStyle: { color: c.before } },
    target: { itemStyle: { color: c.target }, lineStyle: { color: c.target, type: "dashed" } },
  })[series.look];
  const SHAPES = {
    lines: (data, c) => ({
      legend: { top: 0, left: 0 }, tooltip: { trigger: "axis" }, xAxis: category(data.names), yAxis: value(),
      series: data.series.map((s) => ({ name: s.name, type: "line", data: s.values, symbolSize: 8, ...looks(s, c) })),
    }),
    columns: (data, c) => ({
      tooltip: { trigger: "item" }, xAxis: category(data.names), yAxis: value({ minInterval: 1 }),
      series: data.series.map((s) => ({ name: s.name, type: "bar", data: s.values, barMaxWidth: 40, ...looks(s, c) })),
    }),
    bars: (data, c) => ({
      ...(data.series.length > 1 ? { legend: { top: 0, left: 0 } } : {}), tooltip: { trigger: "item" },
      xAxis: value(),
      yAxis: category(data.names, { inverse: true, axisLabel: { width: 120, overflow: "truncate" } }),
      series: data.series.map((s) => ({ name: s.name, type: "bar", data: s.values, barMaxWidth: 18, ...looks(s, c) })),
    }),
    heat: (data, c) => ({
      tooltip: { trigger: "item", formatter: (point) => `${data.ys[point.value[1]]} ${data.names[point.value[0]]}\n${short(point.value[2])}` },
      xAxis: category(data.names, { splitArea: { show: false } }),
      yAxis: category(data.ys, { inverse: true, axisLabel: { width: 120, overflow: "truncate" } }),
      visualMap: { show: false, min: 0, max: Math.max(...data.marks.map((m) => m[2]), 1), inRange: { color: [c.low, c.now] } },
      series: [{ type: "heatmap", data: data.marks.map((m) => m.slice(0, 3)), itemStyle: { borderColor: c.paper, borderWidth: 1 } }],
    }),
  };
  const height = (box) => box.clientHeight || 288;
  for (const box of boxes) {
    const data = JSON.parse(document.getElementById(`chart-data-${box.dataset.chart}`).textContent);
    const chart = echarts.init(box, theme(), { renderer: "svg", locale, width: box.clientWidth || 600, height: height(box) });
    const draw = () => {
      const option = SHAPES[data.shape](data, COLOURS[isDark() ? "dark" : "light"]);
      const tooltip = { renderMode: "richText", confine: true, valueFormatter: short, ...option.tooltip };
      chart.setOption({
        animation: false, aria: { enabled: true, label: { description: box.dataset.label }, decal: { show: data.shape !== "heat" && (data.series || []).length > 1 } },
        grid: { left: 8, right: 24, top: option.legend ? 36 : 12, bottom: 8, containLabel: true }, ...option, tooltip,
      }, true);
    };
    draw();
    new ResizeObserver(() => box.clientWidth && chart.resize({ width: box.clientWidth, height: height(box) })).observe(box);
    new MutationObserver(() => { chart.setTheme(theme()); draw(); }).observe(document.documentElement, { attributeFilter: ["class"] });
    chart.on("click", (point) => {
      const link = data.marks ? data.marks[point.dataIndex][3] : data.series[point.seriesIndex].links?.[point.dataIndex];
      if (link) location.href = link;
    });
  }
});
