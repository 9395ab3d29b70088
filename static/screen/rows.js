/* rows.js - a text of lines typed as a table: power bands, special prices of a tariff.
 * Owns the table beside the text field that [data-rows] names. Serves the tariff's form; without it the lines are typed as they are. */
'use strict';
(() => {
	const make = (tag, props, ...inside) => {
		const e = Object.assign(document.createElement(tag), props);
		e.append(...inside);
		return e;
	};
	/* Each kind of column: how its cell is drawn from a word of the line, and read back into one. */
	const input = (value, label, kind) => make('input', { className: 'form-control ' + kind, value, maxLength: 12, inputMode: kind === 'clock-cell' ? 'text' : 'decimal', ariaLabel: label });
	const pair = (word, label, kind, between) => {
		const [from, to] = word === '*' ? ['', ''] : word.split('-');
		return make('span', { className: 'row-span' }, input(from, label, kind), between, input(to || '', label, kind));
	};
	const readPair = (cell) => {
		const [from, to] = [...cell.querySelectorAll('input')].map((i) => i.value.trim());
		return from || to ? `${from || '0'}-${to}` : '*';
	};
	const daysOf = (word) => {
		const on = new Set();
		if (word !== '*') word.split(',').forEach((part) => {
			const [a, b] = part.split('-').map(Number);
			for (let d = a; d <= (b || a); d++) on.add(d);
		});
		return on;
	};
	const kinds = {
		price: {
			draw: (word, label) => input(word === '*' ? '' : word.replace(/(\.\d*?[1-9])0+$|\.0+$/, '$1'), label, 'num'),
			read: (cell) => cell.firstChild.value.trim().replace(/\s/g, '') || '?',
		},
		span: { draw: (word, label) => pair(word, label, 'num', '–'), read: readPair },
		'clock-span': { draw: (word, label) => pair(word, label, 'clock-cell', '–'), read: readPair },
		days: {
			draw: (word, label, names) => {
				const on = daysOf(word);
				return make('span', { className: 'row-days' }, ...names.map((name, i) => make('label', {},
					make('input', { type: 'checkbox', className: 'visually-hidden', value: i + 1, checked: on.has(i + 1), ariaLabel: `${label} ${name}` }), make('span', { textContent: name }))));
			},
			read: (cell) => [...cell.querySelectorAll('input:checked')].map((i) => i.value).join(',') || '*',
		},
	};
	document.querySelectorAll('[data-rows]').forEach((place) => {
		const field = document.querySelector(`textarea[name=${place.dataset.rows}]`);
		if (!field) return;
		const columns = place.dataset.kinds.split(' ').map((k) => kinds[k]), heads = place.dataset.heads.split('|');
		const names = (place.dataset.days || '').split('|'), body = make('tbody', {});
		const lines = () => field.value.split(/[\n;]/).map((l) => l.trim().split(/\s+/)).filter((w) => w[0]);
		if (lines().some((w) => w.length !== columns.length)) return;      /* what cannot be read stays text */
		const write = () => {
			field.value = [...body.rows].map((row) => columns.map((c, i) => c.read(row.cells[i])).join(' ')).join('\n');
			field.dispatchEvent(new Event('input', { bubbles: true }));
		};
		const add = (words) => {
			const remove = make('button', { type: 'button', className: 'btn btn-sm', textContent: place.dataset.remove });
			const row = make('tr', {}, ...columns.map((c, i) => make('td', {}, c.draw(words[i] || '*', heads[i], names))), make('td', {}, remove));
			remove.addEventListener('click', () => {
				row.remove();
				write();
			});
			body.append(row);
			return row;
		};
		lines().forEach(add);
		body.addEventListener('input', write);
		const more = make('button', { type: 'button', className: 'btn btn-sm', textContent: place.dataset.add });
		more.addEventListener('click', () => add([]).querySelector('input').focus());
		const head = make('tr', {}, ...heads.map((h) => make('th', { textContent: h })), make('th', {}));
		place.append(make('div', { className: 'table-responsive', tabIndex: 0 }, make('table', { className: 'table table-sm rows' }, make('thead', {}, head), body)), more);
		[field, field.labels[0], field.closest('[id^=w_]').querySelector('.form-hint')].forEach((e) => e && (e.hidden = true));
	});
})();
