-- Piles whose clock is wrong are found without looking at all of them (W8).

ALTER TABLE pile_live ADD KEY pile_live_skew (clock_skew);
