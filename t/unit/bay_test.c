/* bay_test.c - lib/charge/bay_state.h: rules K3, K7, K8 one by one, then promises over every order
 * of events up to a length.
 * Owns nothing.
 * Serves lib/charge/bay_state. */
#include "unit.h"

#include "charge/bay_state.h"

#define DEPTH 5
#define CAR(p, l) { .event = BAY_SEEN, .plate = BAY_PLATE_##p, .listed = BAY_LISTED_##l, \
	.camera = true, .enabled = true, .fresh = true, .has_lock = true, .other = true }
#define TELL(e) { .event = e, .camera = true, .enabled = true, .fresh = true, .has_lock = true }

#define OWN(e) { .event = e, .camera = true, .enabled = true, .fresh = true, .has_lock = true, \
	.for_booking = true }

static unsigned tell(struct bay_machine *m, struct bay_news n)
{
	return bay_step(m, &n);
}

static const struct bay_news left = TELL(BAY_LEFT), up = TELL(BAY_LOCK_UP),
	down = TELL(BAY_LOCK_DOWN), kept = TELL(BAY_KEPT), freed = TELL(BAY_FREED),
	charge = TELL(BAY_CHARGE), charged = TELL(BAY_CHARGED), down_own = OWN(BAY_LOCK_DOWN);

static void test_a_whitelisted_car_opens_and_is_never_counted_K7(void **state)
{
	struct bay_machine m = { .state = BAY_EMPTY };

	(void)state;
	assert_int_equal(tell(&m, (struct bay_news)CAR(BLUE, ENABLED)), BAY_DO_OPEN);
	assert_int_equal(tell(&m, down), BAY_DO_ENTER);
	assert_int_equal(m.state, BAY_EXEMPT);
	assert_int_equal(tell(&m, charge), 0);
	assert_int_equal(tell(&m, charged), 0);
	assert_int_equal(tell(&m, left), BAY_DO_LEAVE | BAY_DO_CLOSE);
	assert_int_equal(m.state, BAY_EMPTY);
	assert_false(m.exempt);
}

static void test_a_disabled_plate_is_a_car_like_any_other_K8(void **state)
{
	struct bay_machine m = { .state = BAY_EMPTY };

	(void)state;
	assert_int_equal(tell(&m, (struct bay_news)CAR(BLUE, DISABLED)), BAY_DO_REFUSE);
	assert_int_equal(tell(&m, (struct bay_news)CAR(BLUE, NOT)), BAY_DO_REFUSE);
	assert_int_equal(tell(&m, (struct bay_news)CAR(UNREAD, NOT)), BAY_DO_REFUSE);
	assert_int_equal(m.state, BAY_EMPTY);
	assert_int_equal(tell(&m, (struct bay_news)CAR(ENERGY, DISABLED)), BAY_DO_OPEN);
	assert_int_equal(tell(&m, down), BAY_DO_ENTER | BAY_DO_COUNT);
	assert_int_equal(tell(&m, charge), BAY_DO_UNCOUNT);
	assert_int_equal(tell(&m, charged), BAY_DO_COUNT);
	assert_int_equal(tell(&m, left), BAY_DO_UNCOUNT | BAY_DO_LEAVE | BAY_DO_CLOSE);
}

static void test_a_disabled_camera_does_nothing_K3(void **state)
{
	struct bay_news car = CAR(ENERGY, ENABLED), gone = left;
	struct bay_machine m = { .state = BAY_EMPTY }, held = { .state = BAY_OCCUPIED, .down = true };

	(void)state;
	car.camera = gone.camera = false;
	assert_int_equal(tell(&m, car), 0);
	assert_int_equal(m.state, BAY_EMPTY);
	assert_int_equal(tell(&held, gone), 0);
	assert_int_equal(held.state, BAY_OCCUPIED);
}

static void test_a_lock_does_not_move_for_the_past_or_a_disabled_bay_K1(void **state)
{
	struct bay_news old = CAR(ENERGY, NOT), shut = CAR(ENERGY, ENABLED), gone = left;
	struct bay_machine m = { .state = BAY_EMPTY };

	(void)state;
	old.fresh = shut.enabled = gone.fresh = false;
	assert_int_equal(tell(&m, old), BAY_DO_REFUSE);
	assert_int_equal(tell(&m, shut), BAY_DO_REFUSE);
	m = (struct bay_machine){ .state = BAY_OCCUPIED, .down = true };
	assert_int_equal(tell(&m, gone), BAY_DO_UNCOUNT | BAY_DO_LEAVE);
}

static void test_a_car_that_waits_is_not_opened_for_again_K3(void **state)
{
	struct bay_news car = CAR(ENERGY, NOT);
	struct bay_machine m = { .state = BAY_EMPTY };

	(void)state;
	assert_int_equal(tell(&m, car), BAY_DO_OPEN);
	car.other = false;
	assert_int_equal(tell(&m, car), 0);
	assert_int_equal(tell(&m, up), 0);
	assert_int_equal(tell(&m, car), 0);
	assert_int_equal(m.state, BAY_WAITING);
	assert_int_equal(tell(&m, left), BAY_DO_CLOSE);
	assert_int_equal(tell(&m, left), 0);
}

static void test_a_booked_bay_is_its_drivers_R1(void **state)
{
	struct bay_news car = CAR(ENERGY, NOT), listed = CAR(ENERGY, ENABLED), mine = CAR(BLUE, NOT);
	struct bay_machine m = { .state = BAY_EMPTY, .down = true };

	(void)state;
	mine.for_booking = true;
	assert_int_equal(tell(&m, kept), BAY_DO_CLOSE);
	assert_int_equal(m.state, BAY_BOOKED);
	tell(&m, up);
	assert_int_equal(tell(&m, car), BAY_DO_REFUSE);
	assert_int_equal(tell(&m, listed), BAY_DO_REFUSE);
	assert_int_equal(tell(&m, mine), BAY_DO_OPEN);
	assert_int_equal(tell(&m, down_own), BAY_DO_ENTER | BAY_DO_COUNT | BAY_DO_USE);
	assert_int_equal(tell(&m, freed), 0);
	assert_int_equal(tell(&m, left), BAY_DO_UNCOUNT | BAY_DO_LEAVE | BAY_DO_CLOSE);
	assert_int_equal(m.state, BAY_EMPTY);
}

static void test_a_booking_is_occupying_while_its_car_is_there_R2(void **state)
{
	struct bay_news unread = CAR(UNREAD, NOT), mine = CAR(ENERGY, NOT), other = CAR(ENERGY, NOT);
	struct bay_machine m = { .state = BAY_EMPTY, .down = true };

	(void)state;
	mine.for_booking = true;
	mine.has_lock = other.has_lock = unread.has_lock = false;
	tell(&m, kept);
	assert_int_equal(tell(&m, unread), BAY_DO_REFUSE | BAY_DO_ENTER | BAY_DO_COUNT);
	mine.other = false;                      /* the same car, read by a person now */
	assert_int_equal(tell(&m, mine), BAY_DO_USE);
	assert_int_equal(tell(&m, mine), 0);
	assert_int_equal(tell(&m, charge), BAY_DO_UNCOUNT);
	assert_int_equal(tell(&m, charged), BAY_DO_COUNT);
	/* another car there: the first has gone, its booking is done, the second has none */
	assert_int_equal(tell(&m, other),
		BAY_DO_UNCOUNT | BAY_DO_LEAVE | BAY_DO_USED | BAY_DO_ENTER | BAY_DO_COUNT);
	assert_false(m.booked || m.own);
	tell(&m, kept);
	assert_int_equal(m.state, BAY_OCCUPIED);
	assert_int_equal(tell(&m, left), BAY_DO_UNCOUNT | BAY_DO_LEAVE | BAY_DO_CLOSE);
	assert_int_equal(m.state, BAY_BOOKED);   /* a stranger's leaving leaves it booked */
}

static void test_another_car_in_the_bay_means_that_the_first_has_left(void **state)
{
	struct bay_news car = CAR(ENERGY, NOT);
	struct bay_machine m = { .state = BAY_EMPTY };

	(void)state;
	car.has_lock = false;
	assert_int_equal(tell(&m, car), BAY_DO_ENTER | BAY_DO_COUNT);
	car.other = false;
	assert_int_equal(tell(&m, car), 0);
	car.other = true;
	assert_int_equal(tell(&m, car),
		BAY_DO_UNCOUNT | BAY_DO_LEAVE | BAY_DO_ENTER | BAY_DO_COUNT);
}

/* ---- every order ---- */

struct world { struct bay_machine m; bool in, counting, using, was_booked; };

/* R2: begun once, by its own car that stands there; ended once, by that car's leaving, or elsewhere
 * and then without a word. */
static void judge_booking(struct world *w, const struct bay_news *n, unsigned todo)
{
	if (todo & BAY_DO_USED) {
		assert_true(w->using && (todo & BAY_DO_LEAVE));
		w->using = false;
	}
	if (todo & BAY_DO_USE) {
		assert_true(!w->using && n->for_booking && w->in && w->m.booked);
		w->using = true;
	}
	if (n->event == BAY_FREED)
		w->using = false;
	assert_int_equal(w->using, w->m.own);
	assert_true(w->m.own <= (w->m.booked && w->in));
	if ((todo & BAY_DO_OPEN) && w->m.booked)
		assert_true(n->for_booking);
	if (n->event == BAY_KEPT)
		assert_true(w->m.booked && w->m.state != BAY_EMPTY);
	if (n->event == BAY_KEPT && w->m.state == BAY_BOOKED && w->m.down && n->has_lock && n->enabled
		&& n->fresh && !w->was_booked)
		assert_true(todo & BAY_DO_CLOSE);
}

static void judge(struct world *w, const struct bay_news *n)
{
	enum bay_state before = w->m.state;
	unsigned todo;

	w->was_booked = w->m.booked;
	todo = bay_step(&w->m, n);

	if (todo & BAY_DO_UNCOUNT)
		assert_true(w->counting);
	if (todo & BAY_DO_UNCOUNT)
		w->counting = false;
	if (todo & BAY_DO_LEAVE)
		assert_true(w->in);
	if (todo & BAY_DO_LEAVE)
		w->in = false;
	if (todo & BAY_DO_CLOSE)
		assert_false(w->in);
	if (todo & BAY_DO_ENTER)
		assert_false(w->in);
	if (todo & BAY_DO_ENTER)
		w->in = true;
	if (todo & BAY_DO_COUNT)
		assert_false(w->counting);
	if (todo & BAY_DO_COUNT)
		w->counting = true;
	assert_int_equal(w->in, bay_is_held(w->m.state));
	assert_int_equal(w->counting, w->m.state == BAY_OCCUPIED);
	assert_false(w->m.exempt && w->counting);
	if (!n->enabled || !n->fresh || !n->has_lock)
		assert_int_equal(todo & (BAY_DO_OPEN | BAY_DO_CLOSE), 0);
	if (todo & BAY_DO_OPEN) {
		assert_int_equal(n->event, BAY_SEEN);
		assert_true(before != BAY_WAITING && w->m.state == BAY_WAITING && !w->m.down);
		assert_false(n->plate == BAY_PLATE_BLUE && n->listed != BAY_LISTED_ENABLED &&
			!n->for_booking);
		assert_int_not_equal(n->plate, BAY_PLATE_UNREAD);
	}
	if (!n->camera && n->event <= BAY_LEFT)
		assert_int_equal(todo, 0);
	assert_true((w->m.state == BAY_BOOKED) <= w->m.booked);
	assert_false((todo & BAY_DO_OPEN) && (todo & BAY_DO_CLOSE));
	judge_booking(w, n, todo);
}

static const struct bay_news news[] = {
	CAR(ENERGY, NOT), CAR(BLUE, NOT), CAR(BLUE, ENABLED), CAR(BLUE, DISABLED), CAR(ENERGY, DISABLED),
	CAR(UNREAD, NOT),
	{ .event = BAY_SEEN, .plate = BAY_PLATE_ENERGY, .camera = true, .enabled = true, .fresh = true,
		.has_lock = true },
	{ .event = BAY_SEEN, .plate = BAY_PLATE_BLUE, .camera = true, .enabled = true, .fresh = true,
		.has_lock = true, .other = true, .for_booking = true },
	{ .event = BAY_SEEN, .plate = BAY_PLATE_ENERGY, .camera = true, .enabled = true, .has_lock = true,
		.other = true },
	{ .event = BAY_SEEN, .plate = BAY_PLATE_ENERGY, .camera = true, .fresh = true, .has_lock = true,
		.other = true },
	{ .event = BAY_SEEN, .plate = BAY_PLATE_ENERGY, .enabled = true, .fresh = true, .has_lock = true,
		.other = true },
	TELL(BAY_LEFT),
	{ .event = BAY_LEFT, .camera = true, .enabled = true, .has_lock = true },
	TELL(BAY_LOCK_UP), TELL(BAY_LOCK_DOWN), TELL(BAY_KEPT), TELL(BAY_FREED), TELL(BAY_CHARGE),
	TELL(BAY_CHARGED), OWN(BAY_LOCK_DOWN), OWN(BAY_KEPT), OWN(BAY_CHARGE),
	{ .event = BAY_SEEN, .plate = BAY_PLATE_ENERGY, .camera = true, .enabled = true, .fresh = true,
		.has_lock = true, .for_booking = true },
	{ .event = BAY_LISTED, .listed = BAY_LISTED_ENABLED, .has_lock = true },
	{ .event = BAY_LISTED, .listed = BAY_LISTED_DISABLED, .has_lock = true },
};
#define NEWS (int)(sizeof(news) / sizeof(news[0]))

static int64_t walk(struct world w, int depth, bool lock)
{
	int64_t n = 1;

	for (int i = 0; depth > 0 && i < NEWS; i++) {
		struct world next = w;
		struct bay_news told = news[i];

		told.has_lock = lock;
		judge(&next, &told);
		n += walk(next, depth - 1, lock);
	}
	return n;
}

/* Where a car has been seen to leave, the bay is as at the beginning whatever was before. */
static void settles(struct world w, int depth)
{
	for (int i = 0; depth > 0 && i < NEWS; i++) {
		struct world next = w, end;

		judge(&next, &news[i]);
		end = next;
		judge(&end, &left);
		judge(&end, &freed);
		judge(&end, &charged);
		assert_int_equal(end.m.state, BAY_EMPTY);
		assert_false(end.in || end.counting || end.m.exempt || end.m.booked || end.m.charging);
		settles(next, depth - 1);
	}
}

static void test_promises_hold_over_every_order_of_events_K3_K7_K8_R2(void **state)
{
	struct world w = { .m = { .state = BAY_EMPTY } };

	(void)state;
	assert_true(walk(w, DEPTH, true) > 9000000);
	assert_true(walk(w, DEPTH - 1, false) > 190000);
	settles(w, DEPTH - 1);
}

static void test_new_energy_plates_are_known_by_length_or_colour_K8(void **state)
{
	(void)state;
	assert_int_equal(bay_plate_of("", PLATE_GREEN), BAY_PLATE_UNREAD);
	assert_int_equal(bay_plate_of("粤B12345", PLATE_BLUE), BAY_PLATE_BLUE);
	assert_int_equal(bay_plate_of("粤B12345", PLATE_GREEN), BAY_PLATE_ENERGY);
	assert_int_equal(bay_plate_of("粤BD12345", PLATE_UNKNOWN), BAY_PLATE_ENERGY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whitelisted_car_opens_and_is_never_counted_K7),
		cmocka_unit_test(test_a_disabled_plate_is_a_car_like_any_other_K8),
		cmocka_unit_test(test_a_disabled_camera_does_nothing_K3),
		cmocka_unit_test(test_a_lock_does_not_move_for_the_past_or_a_disabled_bay_K1),
		cmocka_unit_test(test_a_car_that_waits_is_not_opened_for_again_K3),
		cmocka_unit_test(test_a_booked_bay_is_its_drivers_R1),
		cmocka_unit_test(test_a_booking_is_occupying_while_its_car_is_there_R2),
		cmocka_unit_test(test_another_car_in_the_bay_means_that_the_first_has_left),
		cmocka_unit_test(test_promises_hold_over_every_order_of_events_K3_K7_K8_R2),
		cmocka_unit_test(test_new_energy_plates_are_known_by_length_or_colour_K8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
