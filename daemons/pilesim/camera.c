/* camera.c - bays before virtual cameras: cars come, wait for a lock, stand, charge, overstay and
 * leave.
 * Owns the cameras, their bays and the cars.
 * Serves the demo, tests and load; the virtual drivers of fleet.c park here. */
#include "daemons/pilesim/camera.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

#define PATIENCE_MS 40000            /* before a lock that stays up */
#define REGULAR 4                    /* every fourth car is one of the list */

static struct cam **cams;
static int n_cams, n_spots;
static char (*regular)[CAM_PLATE];
static int regulars;
static uint32_t state = 777;

uint32_t cam_dice(uint32_t sides)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % sides;
}

/* ---- who exists */

static void *more(void *list, int n, size_t size)
{
	void *out = realloc(list, (size_t)(n + 1) * size);

	if (out == NULL)
		error_die("out of memory");
	return out;
}

/* open | relay | busHH, then :PILE:GUN */
static bool take_spot(struct cam *c, char *word)
{
	struct spot *s = &c->spot[c->spots];
	char *lock = text_split(&word, ':'), *pile = text_split(&word, ':');

	*s = (struct spot){ .cam = c, .number = c->spots + 1 };
	if (text_eq(lock, "relay"))
		s->lock = SPOT_RELAY;
	else if (text_starts(lock, "bus") && strlen(lock) == 5 && text_unhex(lock + 3, &s->address, 1))
		s->lock = SPOT_BUS;
	else if (!text_eq(lock, "open"))
		return false;
	s->up = s->lock != SPOT_OPEN;
	if (pile != NULL) {
		text_copy(s->pile, sizeof(s->pile), pile);
		if (word == NULL || !text_i64(word, &s->gun) || s->gun < 1)
			return false;
	}
	c->spots++;
	n_spots++;
	return true;
}

bool camera_line(char *line)
{
	static struct cam *lane;
	struct cam *c = calloc(1, sizeof(*c));
	char *word, *kind;

	if (c == NULL)
		error_die("out of memory");
	cams = more(cams, n_cams, sizeof(struct cam *));
	cams[n_cams++] = c;
	c->io.fd = -1;
	text_copy(c->serial, sizeof(c->serial), text_split(&line, ' '));
	word = text_split(&line, ' ');
	kind = text_split(&line, ' ');
	if (word == NULL || kind == NULL)
		return false;
	text_copy(c->secret, sizeof(c->secret), word);
	c->is_lane = text_eq(kind, "lane");
	if (c->is_lane)
		lane = c;
	else if (!text_eq(kind, "bay"))
		return false;
	c->lane = lane;
	while ((word = text_split(&line, ' ')) != NULL)
		if (c->is_lane || c->spots == CAM_SPOTS || !take_spot(c, word))
			return false;
	return c->is_lane || c->spots > 0;
}

void camera_car_line(char *line)
{
	regular = more(regular, regulars, sizeof(*regular));
	text_copy(regular[regulars++], CAM_PLATE, line);
}

static void know_gun(struct spot *s)
{
	struct pile *p = s->gun != 0 ? pile_find(s->pile) : NULL;

	if (p != NULL && s->gun <= p->guns)
		p->gun[s->gun - 1].spot = s;
	else
		s->gun = 0;
}

void camera_begin(void)
{
	if (n_cams == 0)
		return;
	cam_wire_begin();
	for (int i = 0; i < n_cams; i++) {
		cams[i]->dial_ms = sim.now_ms + (int64_t)i * 1000 / sim.rate;
		for (int k = 0; k < cams[i]->spots; k++)
			know_gun(&cams[i]->spot[k]);
	}
	log_line(LOG_INFO, "cameras", "cameras=%d bays=%d regulars=%d", n_cams, n_spots, regulars);
}

/* ---- a car */

/* Most are electric; who is not finds locked bays closed. */
static void any_plate(char out[CAM_PLATE])
{
	bool electric = cam_dice(8) != 0;

	snprintf(out, CAM_PLATE, electric ? "苏AD%05u" : "苏A%05u", cam_dice(100000));
}

static void stand(struct spot *s)
{
	struct pile *p = s->gun != 0 ? pile_find(s->pile) : NULL;

	s->state = SPOT_STANDING;
	s->due_ms = sim.now_ms + (int64_t)(sim.stay_s / 2 + (int)cam_dice((uint32_t)sim.stay_s)) * 1000;
	if (p != NULL && p->gun[s->gun - 1].fleet) {
		s->due_ms = 0;
		fleet_charge(p, &p->gun[s->gun - 1]);
	}
}

static void drive_off(struct spot *s)
{
	struct pile *p = s->gun != 0 ? pile_find(s->pile) : NULL;

	cam_tell_spot(s->cam, s, 4);
	if (s->state == SPOT_WAITING && p != NULL)
		fleet_left(&p->gun[s->gun - 1]);
	s->state = SPOT_EMPTY;
	s->plate[0] = '\0';
}

bool spot_is_free(const struct spot *s)
{
	return s->state == SPOT_EMPTY && !s->moving && s->cam->up;
}

static enum spot_sight any_sight(void)
{
	if (sim.unread_share == 0 || (int)cam_dice(100) >= sim.unread_share)
		return SIGHT_CLEAR;
	return cam_dice(3) == 0 ? SIGHT_NONE : SIGHT_WEAK;
}

void spot_come(struct spot *s, const char *plate, const char *sight)
{
	s->sight = text_eq(sight, "weak") ? SIGHT_WEAK
		: text_eq(sight, "unread") ? SIGHT_NONE : *sight != '\0' ? SIGHT_CLEAR : any_sight();
	if (*plate != '\0')
		text_copy(s->plate, sizeof(s->plate), plate);
	else if (regulars > 0 && cam_dice(REGULAR) == 0)
		text_copy(s->plate, sizeof(s->plate), regular[cam_dice((uint32_t)regulars)]);
	else
		any_plate(s->plate);
	if (s->cam->lane != NULL)
		cam_tell_lane(s->cam->lane, s->plate);
	s->state = SPOT_WAITING;
	s->due_ms = sim.now_ms + PATIENCE_MS;
	cam_tell_spot(s->cam, s, 1);
	if (!s->up)
		stand(s);
}

void spot_charged(struct spot *s)
{
	if (s->state == SPOT_STANDING && s->due_ms == 0)
		s->due_ms = sim.now_ms + 5000 + cam_dice((uint32_t)sim.overstay_s * 1000);
}

/* ---- its lock */

void spot_move(struct spot *s, bool up)
{
	if (s->lock == SPOT_OPEN)
		return;
	s->up = up;
	s->moving = s->lock == SPOT_BUS;
	if (!s->moving && !up && s->state == SPOT_WAITING)
		stand(s);
}

/* One on the bus says so itself. */
static void moved(struct spot *s)
{
	s->moving = false;
	cam_tell_bus(s->cam, s->address, s->up);
	if (!s->up && s->state == SPOT_WAITING)
		stand(s);
}

/* ---- time */

static void spot_run(struct spot *s)
{
	if (s->moving)
		moved(s);
	else if (s->state != SPOT_EMPTY && s->due_ms != 0 && s->due_ms <= sim.now_ms && s->cam->up)
		drive_off(s);
}

static void some_come(void)
{
	struct cam *c = cams[cam_dice((uint32_t)n_cams)];
	struct spot *s = c->spots > 0 ? &c->spot[cam_dice((uint32_t)c->spots)] : NULL;
	int busy = 0;

	for (int i = 0; i < n_cams; i++)
		for (int k = 0; k < cams[i]->spots; k++)
			busy += cams[i]->spot[k].state != SPOT_EMPTY;
	/* bays with a gun are for its drivers while there are any */
	if (s != NULL && busy * 100 < n_spots * sim.occupied_share && spot_is_free(s) &&
		(s->gun == 0 || sim.charging_share == 0))
		spot_come(s, "", "");
}

void camera_turn(struct loop *l, void *ctx)
{
	(void)ctx;
	sim.now_ms = loop_now_ms(l);
	for (int i = 0; i < n_cams; i++) {
		for (int k = 0; k < cams[i]->spots; k++)
			spot_run(&cams[i]->spot[k]);
		cam_wire_run(cams[i]);
	}
	if (n_spots > 0)
		some_come();
}

/* ---- who looks in from outside */

struct spot *spot_find(const char *serial, int64_t number)
{
	for (int i = 0; i < n_cams; i++)
		if (text_eq(cams[i]->serial, serial))
			return number >= 1 && number <= cams[i]->spots ? &cams[i]->spot[number - 1] : NULL;
	return NULL;
}

bool spot_leave(struct spot *s)
{
	if (s->state == SPOT_EMPTY || !s->cam->up)
		return false;
	drive_off(s);
	return true;
}

void spot_status(const struct spot *s, struct buf *out)
{
	static const char *const names[] = { "empty", "waiting", "standing" };

	buf_printf(out, "bay=%s plate=%s lock=%s link=%s", names[s->state],
		s->plate[0] != '\0' ? s->plate : "-", s->lock == SPOT_OPEN ? "none" : s->up ? "up" : "down",
		s->cam->up ? "up" : "down");
}

int camera_count(bool up)
{
	int n = 0;

	for (int i = 0; i < n_cams; i++)
		n += !up || cams[i]->up;
	return n;
}
