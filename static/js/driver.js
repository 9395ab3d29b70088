/* driver.js - the driver's live page: the part that changes is fetched every 3 s and at once after the phone slept.
 * Owns data-live. Serves templates/driver; without script the page reloads itself by its refresh tag. */
'use strict';
(() => {
	let part = document.querySelector('[data-live]');
	let busy = false;
	const tick = async () => {
		if (busy || document.hidden || !part?.dataset.live) return;
		busy = true;
		try {
			const answer = await fetch(part.dataset.live, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
			if (answer.headers.get('HX-Redirect')) { location.href = answer.headers.get('HX-Redirect'); return; }
			if (!answer.ok) return;
			const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
			const fresh = page.querySelector('[data-live]');
			if (!fresh) return;
			/* Only a change of state is spoken: numbers would talk without end. */
			const said = document.getElementById('spoken');
			if (said && fresh.dataset.state !== part.dataset.state) said.textContent = fresh.dataset.spoken;
			if (fresh.dataset.done && !part.dataset.done) { location.reload(); return; }
			part.replaceWith(document.importNode(fresh, true));
			part = document.querySelector('[data-live]');
		} catch { /* no network: the next turn */ } finally {
			busy = false;
		}
	};
	if (part) {
		setInterval(tick, 3000);
		document.addEventListener('visibilitychange', tick);
		window.addEventListener('online', tick);
	}

	document.addEventListener('submit', (e) => {
		const button = e.submitter;
		if (button?.dataset.confirm && !window.confirm(button.dataset.confirm)) { e.preventDefault(); return; }
		setTimeout(() => e.target.querySelectorAll('button').forEach((b) => { b.disabled = true; }), 0);
	});
	window.addEventListener('pageshow', (e) => {
		if (e.persisted) document.querySelectorAll('button:disabled').forEach((b) => { b.disabled = false; });
	});

	/* Inside WeChat: its pay window; what it says is only a hint, the channel is asked. */
	const pay = document.querySelector('[data-window]');
	pay?.addEventListener('click', () => {
		if (typeof WeixinJSBridge === 'undefined') {
			document.querySelector('[data-outside]').hidden = false;
			return;
		}
		WeixinJSBridge.invoke('getBrandWCPayRequest', JSON.parse(pay.dataset.window), (answer) => {
			if (answer.err_msg === 'get_brand_wcpay_request:ok') document.getElementById('paid-already').requestSubmit();
		});
	});

	/* The wait until another code may be asked for. */
	const wait = document.querySelector('[data-wait]');
	if (wait) {
		let left = Number(wait.dataset.wait);
		const words = wait.dataset.words;
		const show = () => {
			wait.disabled = left > 0;
			wait.textContent = left > 0 ? words + ' (' + left-- + ')' : words;
			if (left >= 0) setTimeout(show, 1000);
		};
		show();
	}
})();
