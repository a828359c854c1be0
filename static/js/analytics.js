// Draws the charts of the analytics page from the figures that the page carries; the tables beside them say the same.
const source = document.getElementById("analytics-charts");
const reports = source ? JSON.parse(source.textContent) : {};
const COLOURS = ["--color-primary", "--color-accent", "--color-success", "--color-error", "--color-secondary"];
const charts = [];

// The theme's colours as the library understands them: a pixel painted with one and read back.
const pixel = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d", {willReadFrequently: true});

function colour(name, alpha = 1) {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "gray";
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

const language = document.documentElement.lang || undefined;
const percent = new Intl.NumberFormat(language, {style: "percent", maximumFractionDigits: 0});
const amount = new Intl.NumberFormat(language, {maximumFractionDigits: 1});

// Durations come in hours: in the unit in which the longest is a number that says something.
const UNITS = [["minute", 60, 1], ["hour", 1, 72], ["day", 1 / 24, Infinity]];

function unitOf(report) {
  if (report.kind !== "duration") return {factor: 1, written: (value) => (report.kind === "share" ? percent : amount).format(value)};
  const longest = Math.max(0, ...report.series.flatMap((series) => series.values).filter(Number.isFinite));
  const [unit, factor] = UNITS.find(([, , below]) => longest < below);
  const format = new Intl.NumberFormat(language, {style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1});
  return {factor, written: (value) => format.format(value)};
}

function configuration(report, width) {
  const lying = report.chart === "lying";
  const unit = unitOf(report);
  const values = {
    beginAtZero: true,
    stacked: report.stacked,
    max: report.kind === "share" ? 1 : undefined,
    grid: {color: colour("--color-base-content", 0.12)},
    ticks: {color: colour("--color-base-content", 0.75), precision: report.kind === "count" ? 0 : undefined, callback: unit.written},
  };
  const names = {stacked: report.stacked, grid: {display: false}, ticks: {color: colour("--color-base-content", 0.75), autoSkip: !lying}};
  return {
    type: report.chart === "line" ? "line" : "bar",
    data: {
      labels: lying ? report.labels.map((label) => shortened(label, width)) : report.labels,
      datasets: report.series.map((series, index) => ({
        label: series.name,
        data: series.values.map((value) => (value === null ? null : value * unit.factor)),
        backgroundColor: colour(COLOURS[index % COLOURS.length]),
        hoverBackgroundColor: colour(COLOURS[index % COLOURS.length], 0.8),
        borderColor: colour(COLOURS[index % COLOURS.length]),
        borderDash: report.chart === "line" && index ? [6, 4] : undefined,
        borderWidth: report.chart === "line" ? 2 : 0,
        pointRadius: 4,
        spanGaps: true,
        maxBarThickness: 40,
      })),
    },
    options: {
      animation: false,
      aspectRatio: width < 400 ? 1.25 : 1.6,
      indexAxis: lying ? "y" : "x",
      scales: lying ? {x: values, y: names} : {x: names, y: values},
      plugins: {
        legend: {display: report.series.length > 1, labels: {color: colour("--color-base-content")}},
        tooltip: {
          callbacks: {
            title: (items) => report.labels[items[0].dataIndex],
            label: (item) => `${item.dataset.label}: ${unit.written(item.raw)}`,
          },
        },
      },
    },
  };
}

// Titles of one series of documents often differ at their end only.
function shortened(label, width) {
  const most = width < 400 ? 18 : 30;
  return label.length > most ? `${label.slice(0, most - 8).trimEnd()}…${label.slice(-7).trimStart()}` : label;
}

function draw() {
  charts.splice(0).forEach((chart) => chart.destroy());
  for (const box of document.querySelectorAll("[data-chart]")) {
    const canvas = box.querySelector("canvas");
    canvas.hidden = false;
    charts.push(new window.Chart(canvas, configuration(reports[box.dataset.chart], box.clientWidth)));
  }
}

if (window.Chart && source) {
  window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, {attributeFilter: ["data-theme"]});
}
