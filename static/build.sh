#!/bin/sh
# build.sh - puts what pages load into vendor/ under names that carry their content's mark, and lists them in vendor/manifest.hdf.
# Owns vendor/. Serves the build (after npm ci) and the templates' asset() function.
set -eu
cd "$(dirname "$0")"

files='
node_modules/@tabler/core/dist/css/tabler.min.css tabler.css
node_modules/@tabler/core/dist/js/tabler.min.js tabler.js
node_modules/htmx.org/dist/htmx.min.js htmx.js
node_modules/echarts/dist/echarts.common.min.js echarts.js
node_modules/leaflet/dist/leaflet.js leaflet.js
node_modules/leaflet/dist/leaflet.css leaflet.css
img/icons.svg icons.svg
img/logo.svg logo.svg
css/app.css app.css
css/driver.css driver.css
js/app.js app.js
js/chart.js chart.js
js/driver.js driver.js
screen/counter.js counter.js
screen/place.js place.js
screen/screen.css screen.css
screen/style.js style.js
screen/tariff.js tariff.js
screen/rows.js rows.js
screen/tree.js tree.js
'

fresh=vendor.new
rm -rf "$fresh"
mkdir "$fresh"
echo "$files" | while read -r from name; do
	[ -n "$from" ] || continue
	base=${name%.*} ext=${name##*.}
	sed 's|^//# sourceMappingURL=.*||; s|/\*# sourceMappingURL=[^*]*\*/||' "$from" >"$fresh/$name"
	mark=$(sha256sum "$fresh/$name" | cut -c 1-12)
	mv "$fresh/$name" "$fresh/$base.$mark.$ext"
	echo "$(echo "$name" | tr '.-' '__') = $base.$mark.$ext" >>"$fresh/manifest.hdf"
done
mkdir "$fresh/images"
cp node_modules/leaflet/dist/images/*.png "$fresh/images/"
if [ -d vendor ]; then
	# Pages that are open still ask for the old names: those stay for a day.
	find vendor -maxdepth 1 -name '*.*.*' -mtime -1 | while read -r old; do
		[ -e "$fresh/${old##*/}" ] || cp -p "$old" "$fresh/"
	done
	rm -rf vendor.old
	mv vendor vendor.old
fi
mv "$fresh" vendor
rm -rf vendor.old
