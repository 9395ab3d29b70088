noinst_LIBRARIES += libcharge.a
libcharge_a_SOURCES = \
	%D%/choice.c %D%/choice.h %D%/choice_lists.h
