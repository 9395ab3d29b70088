/* chart.js - draws <div class="chart" data-chart='{...}'>: an ECharts option as the server wrote it, with the house's colours.
 * Owns nothing. Serves pages with Page.chart; the same numbers stand in a table beside it. */
'use strict';
(() => {
	const colours = ['#1769e0', '#12a150', '#e8850c', '#8a4fd3', '#d63939', '#5a6579'];
	const charts = new Set();
	const draw = (box) => {
		let option;
		try {
			option = JSON.parse(box.dataset.chart);
		} catch {
			return;
		}
		const chart = echarts.getInstanceByDom(box) || echarts.init(box, null, { renderer: 'canvas' });
		/* Rich text: the page's rules allow no inline style, and an HTML tooltip would need it. */
		chart.setOption({
			color: colours, animationDuration: 300, grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
			textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, legend: { top: 0 },
			...option, tooltip: { trigger: 'axis', ...option.tooltip, renderMode: 'richText' },
		}, true);
		charts.add(chart);
	};
	const drawAll = (root) => root.querySelectorAll('[data-chart]').forEach(draw);
	drawAll(document);
	document.addEventListener('refreshed', (e) => drawAll(e.detail));
	document.addEventListener('htmx:load', (e) => drawAll(e.detail.elt));
	window.addEventListener('resize', () => charts.forEach((c) => { if (c.getDom().isConnected) c.resize(); else { c.dispose(); charts.delete(c); } }));
})();
