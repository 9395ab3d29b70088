# cgi/resource: the engine that the tables of cgi/screen drive
noinst_LIBRARIES += libresource.a
libresource_a_SOURCES = \
	%D%/action.c \
	%D%/change.c %D%/change.h \
	%D%/check.c \
	%D%/dump.c \
	%D%/engine.h \
	%D%/form.c \
	%D%/kind.c \
	%D%/list.c \
	%D%/list_filter.c \
	%D%/lookup.c \
	%D%/menu.c %D%/menu.h \
	%D%/page.c %D%/page.h \
	%D%/query.c \
	%D%/resource.c %D%/resource.h \
	%D%/routes.c \
	%D%/save.c \
	%D%/show.c \
	%D%/view.c
