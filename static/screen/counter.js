/* counter.js - keys of the counter: Esc begins with the next person; what was paid is answered by Enter.
 * Owns [data-next]. Serves the counter, which goes without it by Tab. */
'use strict';
(() => {
	document.addEventListener('refreshed', () => document.querySelector('[data-next]')?.focus());
	document.addEventListener('keydown', (e) => {
		if (e.key !== 'Escape' || document.querySelector('details.drop[open]')) return;
		const here = document.querySelector('.counter-tabs [aria-current]') || document.querySelector('[data-next]');
		if (here) location.assign(here.href);
	});
})();
