/* app.js - what makes the staff pages quicker; every page works without it.
 * Owns the data- attributes it reads: data-confirm data-tick-all data-ticked data-refresh data-guard data-lookup data-submit data-copy data-clock.
 * Serves all staff pages. */
'use strict';
(() => {
	const words = document.body.dataset;
	const csrf = document.querySelector('meta[name=csrf]')?.content || '';

	/* A dangerous thing is asked once: <form data-confirm="sentence"> or <button data-confirm="..."> */
	document.addEventListener('submit', (e) => {
		const asks = e.submitter?.dataset.confirm ?? e.target.dataset.confirm;
		if (asks !== undefined && !window.confirm(asks || words.confirm)) {
			e.preventDefault();
			return;
		}
		if ((e.submitter?.getAttribute('formmethod') || e.target.method) === 'post') {
			leaving = true;
			/* After the browser has collected the values: a second click does nothing. */
			setTimeout(() => e.target.querySelectorAll('[type=submit]').forEach((b) => { b.disabled = true; }), 0);
		}
	});
	window.addEventListener('pageshow', (e) => {
		if (e.persisted) document.querySelectorAll('[type=submit]:disabled').forEach((b) => { b.disabled = false; });
	});

	/* Tick all: <input type=checkbox data-tick-all="id">; <span data-ticked="id"> counts, [data-needs-ticks] waits for one. */
	const ticks = (name) => [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];
	const countTicks = (name) => {
		const all = ticks(name), n = all.filter((t) => t.checked).length;
		document.querySelectorAll(`[data-ticked="${CSS.escape(name)}"]`).forEach((s) => { s.textContent = n; });
		document.querySelectorAll(`[data-needs-ticks="${CSS.escape(name)}"]`).forEach((b) => { b.disabled = n === 0; });
		document.querySelectorAll(`[data-tick-all="${CSS.escape(name)}"]`).forEach((t) => {
			t.checked = n > 0 && n === all.length;
			t.indeterminate = n > 0 && n < all.length;
		});
	};
	const countAllTicks = () => document.querySelectorAll('[data-tick-all]').forEach((t) => countTicks(t.dataset.tickAll));
	document.addEventListener('change', (e) => {
		const t = e.target;
		if (t.dataset.tickAll) {
			ticks(t.dataset.tickAll).forEach((o) => { o.checked = t.checked; });
			countTicks(t.dataset.tickAll);
		} else if (t.type === 'checkbox' && document.querySelector(`[data-tick-all="${CSS.escape(t.name)}"]`)) {
			countTicks(t.name);
		}
		if (t.matches('[data-submit]')) t.form.requestSubmit();
	});
	countAllTicks();

	/* Live lists: <section id=x data-refresh="5"> is loaded anew from its own address; ticks and scroll stay. */
	let refreshing = false;
	const refreshWanted = () => document.querySelector('[data-refresh-switch]')?.checked ?? true;
	const refresh = async (part) => {
		if (refreshing || document.hidden || !refreshWanted() || document.querySelector('dialog[open], .drop[open], .lookup-list')) return;
		refreshing = true;
		try {
			const answer = await fetch(part.dataset.refreshFrom || location.href, { headers: { 'X-Refresh': '1' } });
			const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
			const fresh = answer.ok && !answer.redirected && page.getElementById(part.id);
			if (!fresh) return;
			const ticked = new Set([...part.querySelectorAll('input[type=checkbox]:checked')].map((t) => t.name + '=' + t.value));
			const scrolls = [...part.querySelectorAll('.list-wrap')].map((s) => [s.scrollLeft, s.scrollTop]);
			if (!('refresh' in fresh.dataset)) delete part.dataset.refresh;      /* it is over */
			part.replaceChildren(...document.importNode(fresh, true).childNodes);
			part.querySelectorAll('input[type=checkbox]').forEach((t) => { if (ticked.has(t.name + '=' + t.value)) t.checked = true; });
			part.querySelectorAll('.list-wrap').forEach((s, i) => { if (scrolls[i]) [s.scrollLeft, s.scrollTop] = scrolls[i]; });
			window.htmx?.process(part);
			countAllTicks();
			document.dispatchEvent(new CustomEvent('refreshed', { detail: part }));
		} catch { /* no network for a moment: the next turn tries again */ } finally {
			refreshing = false;
		}
	};
	document.querySelectorAll('[data-refresh][id]').forEach((part) => {
		const seconds = Math.max(2, Number(part.dataset.refresh) || 5);
		const timer = setInterval(() => ('refresh' in part.dataset ? refresh(part) : clearInterval(timer)), seconds * 1000);
	});
	/* <input type=checkbox data-refresh-switch="name"> is remembered in this browser. */
	document.querySelectorAll('[data-refresh-switch]').forEach((s) => {
		const key = 'refresh:' + s.dataset.refreshSwitch;
		if (localStorage.getItem(key) !== null) s.checked = localStorage.getItem(key) === '1';
		s.addEventListener('change', () => localStorage.setItem(key, s.checked ? '1' : '0'));
	});

	/* A changed form asks before it is left: <form data-guard> */
	let leaving = false;
	const changed = (form) => [...form.elements].some((e) =>
		e.name && e.type !== 'hidden' && (e.type === 'checkbox' || e.type === 'radio' ? e.checked !== e.defaultChecked
			: e.tagName === 'SELECT' ? [...e.options].some((o) => o.selected !== o.defaultSelected) && e.options.length && [...e.options].some((o) => o.defaultSelected)
				: e.value !== e.defaultValue && e.type !== 'file' && e.type !== 'submit'));
	window.addEventListener('beforeunload', (e) => {
		if (!leaving && [...document.querySelectorAll('form[data-guard]')].some(changed)) e.preventDefault();
	});

	/* Keys: / goes to the search, Esc closes what is open. */
	document.addEventListener('keydown', (e) => {
		const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable;
		if (e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
			const search = document.querySelector('[data-search], .filters input:not([type=hidden])');
			if (search) {
				e.preventDefault();
				search.focus();
				search.select?.();
			}
		}
		if (e.key === 'Escape') {
			document.querySelectorAll('details.drop[open]').forEach((d) => { d.open = false; d.querySelector('summary').focus(); });
			if (location.hash === '#menu') location.hash = '#';
		}
	});
	document.addEventListener('click', (e) => {
		document.querySelectorAll('details.drop[open]').forEach((d) => { if (!d.contains(e.target)) d.open = false; });
		const copy = e.target.closest('[data-copy]');
		if (copy) navigator.clipboard?.writeText(copy.dataset.copy);
	});

	/* References with many records: <span class=lookup><input data-lookup="address"><input type=hidden></span>.
	 * The hidden one carries the id; without script the server understands the text of the first. */
	const lookups = new WeakSet();
	const startLookup = (input) => {
		if (lookups.has(input)) return;
		lookups.add(input);
		const box = input.closest('.lookup') || input.parentElement;
		const hidden = box.querySelector('input[type=hidden]');
		let list = null, at = -1, timer = 0, asked = '';
		const close = () => { list?.remove(); list = null; at = -1; input.setAttribute('aria-expanded', 'false'); };
		const choose = (id, title) => {
			input.value = title;
			if (hidden) hidden.value = id;
			close();
			(hidden || input).dispatchEvent(new Event('change', { bubbles: true }));
		};
		const show = (rows) => {
			close();
			list = document.createElement('ul');
			list.className = 'lookup-list';
			list.setAttribute('role', 'listbox');
			rows.forEach((row) => {
				const item = document.createElement('li');
				item.setAttribute('role', 'option');
				item.textContent = row.title;
				item.addEventListener('mousedown', (e) => { e.preventDefault(); choose(row.id, row.title); });
				list.append(item);
			});
			if (!rows.length) {
				const none = document.createElement('li');
				none.className = 'none';
				none.textContent = words.nothing;
				list.append(none);
			}
			box.append(list);
			input.setAttribute('aria-expanded', 'true');
		};
		const ask = async () => {
			const address = new URL(input.dataset.lookup, location.href);
			address.searchParams.set('q', input.value.trim());
			const depends = input.dataset.depends && input.form?.elements[input.dataset.depends];
			if (depends?.value) address.searchParams.set(input.dataset.depends, depends.value);
			else if (depends) address.searchParams.delete(input.dataset.depends);
			asked = address.href;
			try {
				const answer = await fetch(address, { headers: { Accept: 'application/json' } });
				if (answer.ok && asked === address.href && document.activeElement === input) show(await answer.json());
			} catch { /* offline: the text can still be sent as it is */ }
		};
		const move = (step) => {
			const items = list ? [...list.querySelectorAll('[role=option]')] : [];
			if (!items.length) return;
			at = (at + step + items.length) % items.length;
			items.forEach((item, i) => item.setAttribute('aria-selected', i === at ? 'true' : 'false'));
			items[at].scrollIntoView({ block: 'nearest' });
		};
		input.setAttribute('role', 'combobox');
		input.setAttribute('aria-autocomplete', 'list');
		input.setAttribute('aria-expanded', 'false');
		input.autocomplete = 'off';
		input.addEventListener('input', () => {
			if (hidden) hidden.value = '';
			clearTimeout(timer);
			timer = setTimeout(ask, 180);
		});
		input.addEventListener('focus', () => { if (!input.value) ask(); });
		input.addEventListener('blur', close);
		input.addEventListener('keydown', (e) => {
			if (e.key === 'ArrowDown') { e.preventDefault(); if (list) move(1); else ask(); }
			else if (e.key === 'ArrowUp') { e.preventDefault(); move(-1); }
			else if (e.key === 'Enter' && list && at >= 0) {
				e.preventDefault();
				list.querySelectorAll('[role=option]')[at].dispatchEvent(new MouseEvent('mousedown', { cancelable: true }));
			} else if (e.key === 'Escape' && list) { e.stopPropagation(); close(); }
		});
	};
	const startLookups = (root) => root.querySelectorAll('input[data-lookup]').forEach(startLookup);
	startLookups(document);

	/* The header's clock: the server's time, in the operator's zone. */
	const clock = document.querySelector('[data-clock]');
	if (clock) {
		const ahead = Number(clock.dataset.clock) * 1000 - Date.now(), offset = Number(clock.dataset.offset) * 1000;
		setInterval(() => {
			clock.textContent = new Date(Date.now() + ahead + offset).toISOString().slice(0, 19).replace('T', ' ');
		}, 1000);
	}

	document.addEventListener('htmx:configRequest', (e) => { if (e.detail.verb !== 'get') e.detail.headers['X-CSRF-Token'] = csrf; });
	document.addEventListener('htmx:sendError', () => window.alert(words.offline));
	document.addEventListener('htmx:load', (e) => { startLookups(e.detail.elt); countAllTicks(); });
})();
