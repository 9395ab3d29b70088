/* place.js - stations on a map, and a place picked on it: a click or a double click sets longitude and latitude, typing moves the mark.
 * Owns .place-pick. Serves the stations' map and their form, which goes without it by typing numbers. */
'use strict';
(() => {
	const template = document.getElementById('place-pick'), lon = document.getElementById('f_longitude'), lat = document.getElementById('f_latitude');
	if (template && lon && lat) document.getElementById('w_latitude').after(template.content);
	const box = document.querySelector('.place-pick');
	if (!box) return;
	const COLOURS = { enabled: '#0f7a35', halted: '#b35900', disabled: '#5a6579' };
	const map = L.map(box, { attributionControl: false, doubleClickZoom: !box.dataset.pick, zoomSnap: 0.5 });
	const here = () => {
		const x = Number.parseFloat(lon.value), y = Number.parseFloat(lat.value);
		return Math.abs(x) <= 180 && Math.abs(y) <= 90 ? L.latLng(y, x) : null;
	};
	const pick = (known) => {
		let mark = null;
		const put = (at) => {
			if (mark) mark.setLatLng(at);
			else {
				mark = L.circleMarker(at, { radius: 10, color: '#1769e0', fillOpacity: 0.5 }).addTo(map);
			}
		};
		const typed = () => {
			const at = here();
			if (at) { put(at); map.panTo(at); }
		};
		map.on('click dblclick', (e) => {
			const at = e.latlng.wrap();
			lon.value = at.lng.toFixed(6);
			lat.value = at.lat.toFixed(6);
			lon.dispatchEvent(new Event('change', { bubbles: true }));
			put(at);
		});
		lon.addEventListener('change', typed);
		lat.addEventListener('change', typed);
		const at = here();
		if (at) { put(at); map.setView(at, 15); }
		return !!at || known;
	};
	fetch(box.dataset.places, { headers: { Accept: 'application/json' } }).then((r) => r.json()).then(({ tiles, places }) => {
		if (tiles) L.tileLayer(tiles, { maxZoom: 18 }).addTo(map);
		map.setView([35, 105], 4);
		if (places.length) map.fitBounds(places.map((p) => [p.lat, p.lon]), { padding: [40, 40], maxZoom: 15 });
		for (const p of places) {
			const dot = L.circleMarker([p.lat, p.lon], { radius: 7, color: COLOURS[p.status] || COLOURS.disabled, fillOpacity: 0.8 }).addTo(map);
			dot.bindTooltip(`${p.name} ${p.idle}/${p.connectors}`, { permanent: places.length < 60, direction: 'top' });
			if (!box.dataset.pick) dot.on('click', () => { location.href = `/admin/station/${p.id}`; });
		}
		if (box.dataset.pick) pick(places.length > 0);
		else if (!places.length) box.textContent = box.dataset.none;
		box.dataset.ready = '1';
	});
})();
