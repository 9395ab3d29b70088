/* tree.js - the permission tree: a box of a group or a row ticks what stands under it, and shows whether all, some or none is ticked.
 * Owns the boxes with data-tree. Serves roles and API keys; without it every verb is ticked by itself. */
'use strict';
(() => {
	const under = (box) => {
		const part = box.closest(box.dataset.tree === 'all' ? '.tree-group' : '.tree-row');
		return [...part.querySelectorAll('input[name=word]:not(:disabled)')];
	};
	const heads = [...document.querySelectorAll('[data-tree]')];
	const show = () => heads.forEach((box) => {
		const words = under(box), n = words.filter((w) => w.checked).length;
		box.checked = n > 0 && n === words.length;
		box.indeterminate = n > 0 && n < words.length;
		box.disabled = words.length === 0;
	});
	document.addEventListener('change', (e) => {
		const box = e.target;
		if (box.dataset.tree) under(box).forEach((w) => { w.checked = box.checked; });
		/* Who may do anything with a list must be able to see it. */
		if (box.name === 'word' && box.checked) {
			const list = box.closest('.tree-row').querySelector('input[value$=".list"]:not(:disabled)');
			if (list) list.checked = true;
		}
		if (box.dataset.tree || box.name === 'word') show();
	});
	show();
})();
