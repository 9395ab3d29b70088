/* pilesim.c - main of the virtual piles and cameras: options, who exists, the loop.
 * Owns struct sim.
 * Serves the demo, tests and load; talks to a gateway and a broker over real sockets only. */
#include <unistd.h>

#include "daemons/pilesim/sim.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"

#define PILES_MAX 100000
#define WATT_MIN 50
#define DEMO_FILES 4

struct sim sim;

static struct wish {
	const char *protocol, *serials, *cards, *cameras, *plates, *faults;
	char first_serial[SIM_SERIAL], path[DEMO_FILES][300];
	int64_t piles, connectors, charging, speedup, idle_report, retry, rate, seed, take, port,
		version, watt, occupied, unread, stay, overstay;
	bool demo;
} wish = {
	.protocol = "ykc",
	.first_serial = "32010600000001",
	.piles = -1,
	.connectors = 2,
	.charging = 0,
	.speedup = 1,
	.idle_report = 300,
	.retry = 30,
	.rate = 500,
	.seed = 1,
	.take = 40,
	.version = 16,
	.watt = 60000,
	.occupied = 0,
	.unread = 0,
	.stay = 600,
	.overstay = 300,
};

static const char usage_text[] =
	"usage: chargeops-pilesim [options]        virtual piles and cameras on real sockets\n"
	"  --protocol NAME           what they speak: ykc, ocpp16, ap3000 (e-bike sockets) [ykc]\n"
	"  --host ADDRESS --port N   the gateway [listen and the protocol's port]\n"
	"  --piles N                 how many [1]\n"
	"  --first-serial DIGITS     serial of the first, the others count up [32010600000001]\n"
	"  --serials FILE            serials instead, a line each: SERIAL [CONNECTORS [WATT"
	" [PROTOCOL]]]; - is standard input\n"
	"  --connectors N            guns of each [2]\n"
	"  --watt N                  of each gun; below 20000 it is an AC pile, below 2000 a"
	" socket for e-bikes [60000]\n"
	"  --version N               protocol version times ten [16]\n"
	"  --cards FILE              cards of virtual drivers, a line each: HEX [SERIAL-PREFIX,..."
	" [PLATE]] (where it is\n"
	"                            valid, - anywhere; its car)\n"
	"  --charging N%             share of the guns that virtual drivers keep busy [0]\n"
	"  --take KWH                a virtual driver takes an eighth of it at least [40]\n"
	"  --speedup N               energy flows N times as fast, clocks do not [1]; from 10 times"
	" 60 kW on the platform finds\n"
	"                            it implausible, and rightly so; an e-bike takes a"
	" sixtieth of a car\n"
	"  --idle-report SECONDS     between live reports of an idle gun [300]\n"
	"  --retry SECONDS           between tries of a final record [30]\n"
	"  --rate N                  connections a second at the start [500]\n"
	"  --faults LIST             drop=N,silent=N (per mille a minute), crc=N (per mille of"
	" frames),\n"
	"                            repeat=N (per mille of records), clock=SECONDS (at most)\n"
	"  --cameras FILE            cameras at the broker of the configuration, a line each: SERIAL"
	" PASSWORD lane, or\n"
	"                            SERIAL PASSWORD bay BAY [BAY], left and right; BAY is LOCK or"
	" LOCK:PILE:GUN (whose\n"
	"                            drivers park there), LOCK is open (none), relay, or busHH (on"
	" RS-485, hex address; frames\n"
	"                            A5HH01 open, A5HH02 close, A5HH03 ask, 5AHHFF is down, 5AHH55"
	" is up); a lane camera\n"
	"                            sees the cars of the bays after it; without --piles and"
	" --serials no piles\n"
	"  --plates FILE             cars that often come, a plate a line\n"
	"  --occupied N%             share of the bays where cars come by themselves [0]\n"
	"  --unread N%               of the cars: their plates a camera reads badly or not at all"
	" [0]\n"
	"  --stay SECONDS            of a car that does not charge, a half more or less [600]\n"
	"  --overstay SECONDS        at most, after a charge [300]\n"
	"  --seed N                  the same seed, the same chances [1]\n"
	"  --control PATH            UNIX socket; a line each: status [SERIAL], plug|unplug|stop"
	" SERIAL GUN,\n"
	"                            card SERIAL GUN NUMBER, sleep SERIAL GUN on|off, fault SERIAL"
	" GUN WORD,\n"
	"                            alarm SERIAL GUN KIND, drop SERIAL,"
	" silent SERIAL SECONDS,\n"
	"                            repeat-records on|off, camera CAMERA BAY, come CAMERA BAY"
	" [PLATE\n"
	"                            [clear|weak|unread]], leave CAMERA BAY\n"
	"  --demo                    the demo operator's fleet: data_dir/demo/serials, cards,"
	" cameras, plates; run_dir/sim.control\n"
	"  CHARGEOPS_CONF names the configuration.\n";

/* ---- options */

static const struct option {
	const char *name;
	int64_t *number;
	const char **text;
	bool *flag;
	int64_t min, max;
} options[] = {
	{ "--protocol", NULL, &wish.protocol, NULL, 0, 0 },
	{ "--serials", NULL, &wish.serials, NULL, 0, 0 },
	{ "--cards", NULL, &wish.cards, NULL, 0, 0 },
	{ "--cameras", NULL, &wish.cameras, NULL, 0, 0 },
	{ "--plates", NULL, &wish.plates, NULL, 0, 0 },
	{ "--faults", NULL, &wish.faults, NULL, 0, 0 },
	{ "--port", &wish.port, NULL, NULL, 1, 65535 },
	{ "--piles", &wish.piles, NULL, NULL, 0, PILES_MAX },
	{ "--connectors", &wish.connectors, NULL, NULL, 1, 99 },
	{ "--charging", &wish.charging, NULL, NULL, 0, 100 },
	{ "--speedup", &wish.speedup, NULL, NULL, 1, 1000 },
	{ "--take", &wish.take, NULL, NULL, 1, 100 },
	{ "--idle-report", &wish.idle_report, NULL, NULL, 1, 86400 },
	{ "--retry", &wish.retry, NULL, NULL, 1, 3600 },
	{ "--rate", &wish.rate, NULL, NULL, 1, 1000000 },
	{ "--watt", &wish.watt, NULL, NULL, WATT_MIN, 1000000 },
	{ "--occupied", &wish.occupied, NULL, NULL, 0, 100 },
	{ "--unread", &wish.unread, NULL, NULL, 0, 100 },
	{ "--stay", &wish.stay, NULL, NULL, 2, 86400 },
	{ "--overstay", &wish.overstay, NULL, NULL, 1, 86400 },
	{ "--seed", &wish.seed, NULL, NULL, 0, INT64_MAX },
	{ "--version", &wish.version, NULL, NULL, 10, 16 },
	{ "--demo", NULL, NULL, &wish.demo, 0, 0 },
};

static void refuse(const char *name, const char *why)
{
	fprintf(stderr, "pilesim: %s %s\n%s", name, why, usage_text);
	exit(2);
}

static void take_text(const char *name, const char *value)
{
	if (text_eq(name, "--host"))
		text_copy(sim.host, sizeof(sim.host), value);
	else if (text_eq(name, "--first-serial"))
		text_copy(wish.first_serial, sizeof(wish.first_serial), value);
	else if (text_eq(name, "--control"))
		text_copy(sim.control, sizeof(sim.control), value);
	else
		refuse(name, "is no option");
}

static void take_value(const struct option *o, const char *value)
{
	char digits[24];
	size_t len = strlen(value);

	if (o->text != NULL) {
		*o->text = value;
		return;
	}
	text_copy(digits, sizeof(digits), value);
	if (len > 0 && len < sizeof(digits) && digits[len - 1] == '%')
		digits[len - 1] = '\0';
	if (!text_i64(digits, o->number) || *o->number < o->min || *o->number > o->max)
		refuse(o->name, "wants another number");
}

static const struct option *option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strlen(options[i].name) == len && strncmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

static void take_options(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t len = strcspn(argv[i], "=");
		const struct option *o = option_find(argv[i], len);
		const char *value = argv[i][len] == '=' ? argv[i] + len + 1 : NULL;
		char name[32];

		if (o != NULL && o->flag != NULL) {
			*o->flag = true;
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)(len < 31 ? len : 31), argv[i]);
		if (value == NULL)
			value = i + 1 < argc ? argv[++i] : NULL;
		if (value == NULL)
			refuse(name, "wants a value");
		if (o != NULL)
			take_value(o, value);
		else
			take_text(name, value);
	}
}

static void take_faults(const char *list)
{
	static const struct { const char *name; int *value; } names[] = {
		{ "drop", &sim.faults.drop }, { "repeat", &sim.faults.repeat }, { "crc", &sim.faults.crc },
		{ "silent", &sim.faults.silent }, { "clock", &sim.faults.clock },
	};
	char text[200], *rest = text, *item;
	int64_t value;

	text_copy(text, sizeof(text), list);
	while ((item = text_split(&rest, ',')) != NULL) {
		char *name = text_split(&item, '=');
		bool known = false;

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (text_eq(names[i].name, name) && item != NULL && text_i64(item, &value) &&
				value >= 0 && value <= 1000000) {
				*names[i].value = (int)value;
				known = true;
			}
		if (!known)
			refuse("--faults", "wants drop= repeat= crc= silent= clock=");
	}
}

/* ---- who exists */

static struct pile *pile_more(void)
{
	if (sim.piles % 1024 == 0) {
		sim.pile = realloc(sim.pile, (size_t)(sim.piles + 1024) * sizeof(*sim.pile));
		if (sim.pile == NULL)
			error_die("out of memory");
	}
	if (sim.piles == PILES_MAX)
		refuse("--piles", "are too many");
	return &sim.pile[sim.piles++];
}

const struct sim_protocol *protocol_named(const char *name)
{
	static const struct sim_protocol *const all[] = { &ykc_sim, &ocpp_sim, &ap3000_sim };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (text_eq(all[i]->name, name))
			return all[i];
	return NULL;
}

static void add_pile(const char *serial, int64_t guns, int64_t watt, const char *protocol)
{
	struct pile *p = pile_more();

	pile_init(p, serial, (int)guns, (uint64_t)wish.seed);
	p->protocol = protocol_named(protocol);
	if (p->protocol == NULL)
		refuse("--protocol", "knows ykc, ocpp16 and ap3000");
	p->watt = (int)watt;
	p->version = (uint8_t)wish.version;
}

static NEOERR *each_line(const char *path, void (*fn)(char *line))
{
	FILE *f = text_eq(path, "-") ? stdin : fopen(path, "re");
	char line[200], *text;

	if (f == NULL)
		return nerr_raise_errno(ERR_INVALID, "%s cannot be read", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		text = text_trim(line);
		if (*text != '\0' && *text != '#')
			fn(text);
	}
	if (f != stdin)
		fclose(f);
	return STATUS_OK;
}

/* The next number of a line, or what is usual. */
static int64_t number_in(char **line, int64_t usual, int64_t min, int64_t max)
{
	char *word = text_split(line, ' ');
	int64_t v = usual;

	return word != NULL && text_i64(word, &v) && v >= min && v <= max ? v : usual;
}

static void serial_line(char *line)
{
	char *serial = text_split(&line, ' ');
	int64_t guns = number_in(&line, wish.connectors, 1, 99);
	int64_t watt = number_in(&line, wish.watt, WATT_MIN, 1000000);
	const char *protocol = text_split(&line, ' ');

	add_pile(serial, guns, watt, protocol != NULL ? protocol : wish.protocol);
}

static void card_line(char *line)
{
	char *no = text_split(&line, ' ');
	struct sim_card *c;

	sim.card = realloc(sim.card, (size_t)(sim.cards + 1) * sizeof(*sim.card));
	if (sim.card == NULL)
		error_die("out of memory");
	c = &sim.card[sim.cards++];
	memset(c, 0, sizeof(*c));
	text_copy(c->no, sizeof(c->no), no);
	no = text_split(&line, ' ');
	text_copy(c->places, sizeof(c->places), no != NULL && !text_eq(no, "-") ? no : "");
	text_copy(c->plate, sizeof(c->plate), line != NULL ? line : "");
}

static void camera_text(char *line)
{
	if (!camera_line(line))
		refuse("--cameras", "has a line that cannot be read");
}

static NEOERR *people(void)
{
	int64_t first = 0;
	NEOERR *err = STATUS_OK;

	if (wish.cards != NULL)
		TRY(each_line(wish.cards, card_line));
	if (wish.cameras != NULL)
		TRY(each_line(wish.cameras, camera_text));
	if (wish.plates != NULL)
		TRY(each_line(wish.plates, camera_car_line));
	if (wish.piles < 0)
		wish.piles = wish.cameras == NULL;
	if (wish.serials != NULL)
		return nerr_pass(each_line(wish.serials, serial_line));
	if (!text_i64(wish.first_serial, &first))
		refuse("--first-serial", "wants 14 digits");
	for (int64_t i = 0; i < wish.piles; i++) {
		char serial[SIM_SERIAL];

		snprintf(serial, sizeof(serial), "%014lld", (long long)(first + i) % 100000000000000LL);
		add_pile(serial, wish.connectors, wish.watt, wish.protocol);
	}
out:
	return nerr_pass(err);
}

/* What the demo's job left for us; a fleet that is there but idle shows nothing. */
static void demo_wishes(void)
{
	static const struct { const char *name, **wish; } files[DEMO_FILES] = {
		{ "serials", &wish.serials }, { "cards", &wish.cards }, { "cameras", &wish.cameras },
		{ "plates", &wish.plates },
	};

	for (int i = 0; i < DEMO_FILES; i++) {
		snprintf(wish.path[i], sizeof(wish.path[i]), "%s/demo/%s", conf.data_dir, files[i].name);
		if (i < 2 || access(wish.path[i], R_OK) == 0)    /* an older demo has no cameras */
			*files[i].wish = wish.path[i];
	}
	if (wish.occupied == 0)
		wish.occupied = 50;
	if (wish.unread == 0)
		wish.unread = 8;
	if (wish.charging == 0)
		wish.charging = 20;
	if (wish.speedup == 1)
		wish.speedup = 4;
	if (sim.control[0] == '\0')
		snprintf(sim.control, sizeof(sim.control), "%.90s/sim.control", conf.run_dir);
}

/* ---- life */

static void each_second(struct loop *l, void *ctx)
{
	(void)ctx;
	sim.now_ms = loop_now_ms(l);
	fleet_run();
}

static NEOERR *run(void)
{
	NEOERR *err;

	if (daemon_fd_limit() < sim.piles + camera_count(false) + 16)
		log_line(LOG_WARN, "descriptors", "piles=%d limit=%lld", sim.piles,
			(long long)daemon_fd_limit());
	TRY(loop_new(&sim.loop));
	sim.now_ms = clock_mono_ms();
	wheel_init(&sim.wheel, sim.now_ms);
	pile_index();
	camera_begin();
	TRY(loop_every(sim.loop, 100, pile_turn, NULL));
	TRY(loop_every(sim.loop, 1000, each_second, NULL));
	if (camera_count(false) > 0)
		TRY(loop_every(sim.loop, 200, camera_turn, NULL));
	if (sim.control[0] != '\0')
		TRY(control_serve(sim.control));
	log_line(LOG_INFO, "sim", "piles=%d cards=%d charging=%d speedup=%d to=%s", sim.piles,
		sim.cards, sim.charging_share, sim.speedup, sim.host);
	TRY(loop_run(sim.loop, NULL));
out:
	if (sim.control[0] != '\0')
		unlink(sim.control);
	return nerr_pass(err);
}

static NEOERR *start(int argc, char **argv)
{
	NEOERR *err;

	TRY(conf_load(NULL, NULL, NULL, usage_text));
	clock_zone((int)conf.zone_offset);
	take_options(argc, argv);
	log_level_named(conf.log_level);
	if (wish.demo)
		demo_wishes();
	if (wish.faults != NULL)
		take_faults(wish.faults);
	if (sim.host[0] == '\0')
		text_copy(sim.host, sizeof(sim.host),
			text_eq(conf.listen, "0.0.0.0") ? "127.0.0.1" : conf.listen);
	sim.port = (int)wish.port;
	sim.speedup = (int)wish.speedup;
	sim.charging_share = (int)wish.charging;
	sim.idle_report_s = (int)wish.idle_report;
	sim.retry_s = (int)wish.retry;
	sim.rate = (int)wish.rate;
	sim.take = (int)wish.take;
	sim.occupied_share = (int)wish.occupied;
	sim.unread_share = (int)wish.unread;
	sim.stay_s = (int)wish.stay;
	sim.overstay_s = (int)wish.overstay;
	TRY(people());
	TRY(run());
out:
	return nerr_pass(err);
}

int main(int argc, char **argv)
{
	NEOERR *err;

	error_init();
	log_init("pilesim");
	if (argc > 1 && text_eq(argv[1], "--help")) {
		fputs(usage_text, stdout);
		return 0;
	}
	err = start(argc, argv);
	if (err == STATUS_OK)
		return 0;
	error_log("pilesim", err);
	return 1;
}
