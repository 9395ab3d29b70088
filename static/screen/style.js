/* style.js - the colour picker beside a colour's text, and taking the suggested one.
 * Owns data-colour, data-colour-take. Serves the style page, which works without it. */
'use strict';
(() => {
	const text = (name) => document.getElementById(name);
	document.querySelectorAll('[data-colour]').forEach((picker) => {
		const field = text(picker.dataset.colour);
		picker.addEventListener('input', () => { field.value = picker.value; });
		field.addEventListener('input', () => { if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value; });
	});
	document.querySelectorAll('[data-colour-take]').forEach((button) => button.addEventListener('click', () => {
		const field = text(button.dataset.colourTake);
		field.value = button.dataset.value;
		field.dispatchEvent(new Event('input', { bubbles: true }));
		field.focus();
	}));
})();
