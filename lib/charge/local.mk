noinst_LIBRARIES += libcharge.a
libcharge_a_SOURCES = \
	%D%/choice.c %D%/choice.h %D%/choice_lists.h \
	%D%/task.c %D%/task.h \
	%D%/task_file.c
