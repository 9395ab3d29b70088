/* tariff.js - the slot editor while one types: the day as a bar, gaps and overlaps at once, rows added, split and removed without a round trip.
 * Owns #slots and #day-bar. Serves the tariff's form; without it the buttons ask the server, which checks everything again anyway. */
'use strict';
(() => {
	const table = document.getElementById('slots'), body = table.tBodies[0], bar = document.getElementById('day-bar');
	const live = document.getElementById('slot-live'), words = live.dataset, DAY = 1440;
	const minute = (text) => {
		const m = /^(\d{1,2}):([0-5]\d)$/.exec(text.trim());
		const at = m ? +m[1] * 60 + +m[2] : NaN;
		return at <= DAY ? at : NaN;
	};
	const clock = (at) => String(Math.floor(at / 60)).padStart(2, '0') + ':' + String(at % 60).padStart(2, '0');
	const cell = (row, name) => row.querySelector(`[name=slot_${name}]`);
	/* Prices as whole 1/100 000 yuan: no rounding surprises in the sum. */
	const price = (text) => (/^\d{1,3}(\.\d{1,5})?$/.test(text.trim()) ? Math.round(+text * 100000) : NaN);
	const yuan = (v) => (v / 100000).toFixed(5).replace(/0{1,3}$/, '');
	const read = () => [...body.rows].map((row) => ({
		row, type: cell(row, 'type').value, start: minute(cell(row, 'start').value), end: minute(cell(row, 'end').value),
		energy: price(cell(row, 'energy').value), service: price(cell(row, 'service').value),
	}));
	const draw = (slots) => {
		const shape = (at, to, kind) => {
			const r = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
			r.setAttribute('x', at); r.setAttribute('width', Math.max(0, to - at)); r.setAttribute('y', 0); r.setAttribute('height', 60);
			r.setAttribute('class', kind);
			return r;
		};
		const shapes = slots.filter((s) => s.end > s.start).map((s) => shape(s.start, s.end, s.type));
		slots.forEach((a, i) => slots.slice(i + 1).forEach((b) => {
			const from = Math.max(a.start, b.start), to = Math.min(a.end, b.end);
			if (to > from) shapes.push(shape(from, to, 'twice'));
		}));
		bar.replaceChildren(...shapes);
		bar.removeAttribute('hidden');
		document.getElementById('day-scale').hidden = false;
	};
	/* A border between two slots is dragged in half hours; neither of the two gets shorter than one. */
	const border = (at) => {
		const rows = read(), left = rows.find((s) => s.end === at && at < DAY), right = left && rows.find((s) => s.start === at);
		return right ? [left, right] : null;
	};
	const minuteAt = (e) => {
		const box = bar.getBoundingClientRect();
		return Math.max(0, Math.min(DAY, ((e.clientX - box.left) / box.width) * DAY));
	};
	const nearest = (e) => read().map((s) => s.end).filter((m) => m > 0 && m < DAY && Math.abs(m - minuteAt(e)) < 20)
		.sort((a, b) => Math.abs(a - minuteAt(e)) - Math.abs(b - minuteAt(e)))[0];
	let held = null;
	bar.addEventListener('pointermove', (e) => {
		if (!held) {
			bar.classList.toggle('drags', nearest(e) !== undefined);
			return;
		}
		const at = Math.round(minuteAt(e) / 30) * 30, [left, right] = held;
		if (at - left.start < 30 || right.end - at < 30) return;
		cell(left.row, 'end').value = clock(at);
		cell(right.row, 'start').value = clock(at);
		check();
	});
	bar.addEventListener('pointerdown', (e) => {
		const at = nearest(e);
		held = at === undefined ? null : border(at);
		if (held) bar.setPointerCapture(e.pointerId);
	});
	bar.addEventListener('pointerup', () => { held = null; });
	bar.addEventListener('pointercancel', () => { held = null; });
	/* The first fault as a sentence and the row it stands at; the same rules as the server's, in its order. */
	const fault = (slots) => {
		const sorted = [...slots].sort((a, b) => a.start - b.start), prices = {};
		for (const s of slots) {
			if (Number.isNaN(s.start) || Number.isNaN(s.end)) return [words.time, s];
			if (Number.isNaN(s.energy) || Number.isNaN(s.service)) return [words.price, s];
		}
		if (sorted.length && sorted[0].start !== 0) return [words.first, sorted[0]];
		for (const [i, s] of sorted.entries()) {
			const to = i + 1 < sorted.length ? sorted[i + 1].start : DAY;
			if (s.start % 30 || s.end % 30) return [words.half, s];
			if (s.end - s.start < 30) return [words.short, s];
			if (s.end > to) return [words.overlap, s];
			if (s.end < to) return [words.gap, s];
			const known = prices[s.type] ??= s;
			if (known.energy !== s.energy || known.service !== s.service) return [words.prices, s];
		}
		return sorted.length ? null : [words.gap, null];
	};
	const check = () => {
		const slots = read(), wrong = fault(slots);
		/* Nobody is told off for a form that was just opened. */
		const empty = slots.length === 1 && ['energy', 'service'].every((n) => cell(slots[0].row, n).value === '');
		draw(slots);
		slots.forEach((s) => {
			const sum = s.energy + s.service;
			s.row.classList.toggle('wrong', !empty && !!wrong && wrong[1] === s);
			s.row.querySelector('.slot-sum').textContent = Number.isNaN(sum) ? '' : yuan(sum);
		});
		live.textContent = empty ? '' : wrong ? wrong[0] : words.good;
		live.className = 'slot-live ' + (wrong ? 'bad' : 'good');
		[...body.rows].forEach((row, i) => row.querySelectorAll('button').forEach((b) => { b.value = i; }));
	};
	const copy = (row, start, end) => {
		const fresh = row.cloneNode(true);
		cell(fresh, 'type').value = cell(row, 'type').value;
		cell(fresh, 'start').value = start;
		cell(fresh, 'end').value = end;
		fresh.querySelectorAll('.text-danger').forEach((e) => e.remove());
		row.after(fresh);
		return fresh;
	};
	const split = (row) => {
		const start = minute(cell(row, 'start').value), end = minute(cell(row, 'end').value) || DAY;
		if (!(end - start >= 60)) return;
		const middle = clock(start + Math.floor((end - start) / 60) * 30);
		const fresh = copy(row, middle, clock(end));
		cell(row, 'end').value = middle;
		cell(fresh, 'start').focus();
	};
	const add = () => {
		const last = body.rows[body.rows.length - 1], from = last ? cell(last, 'end').value : '00:00';
		if (!last) return;
		if (minute(from) === DAY) return split(last);
		cell(copy(last, from, '24:00'), 'end').focus();
	};
	table.closest('form').addEventListener('click', (e) => {
		const button = e.target.closest('button[name]');
		if (!button || body.rows.length === 0) return;
		if (button.name === 'row_add') add();
		else if (button.name === 'row_split') split(button.closest('tr'));
		else if (button.name === 'row_remove' && body.rows.length > 1) button.closest('tr').remove();
		else if (button.name !== 'row_remove') return;
		e.preventDefault();
		check();
	});
	/* One price pair a type: choosing a type that has prices brings them along. */
	body.addEventListener('change', (e) => {
		if (e.target.name === 'slot_type') {
			const row = e.target.closest('tr');
			const like = [...body.rows].find((r) => r !== row && cell(r, 'type').value === e.target.value && cell(r, 'energy').value !== '');
			if (like) ['energy', 'service'].forEach((n) => { cell(row, n).value = cell(like, n).value; });
		}
		if (e.target.name === 'slot_start' || e.target.name === 'slot_end') {
			const at = minute(e.target.value);
			if (!Number.isNaN(at)) e.target.value = clock(at);
		}
		check();
	});
	body.addEventListener('input', check);
	document.querySelector('[name=effective_at]').addEventListener('input', () => { document.querySelector('[name=effective][value=at]').checked = true; });
	check();
})();
