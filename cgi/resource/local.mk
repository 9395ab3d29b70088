# cgi/resource: the engine that the tables of cgi/screen drive
noinst_LIBRARIES += libresource.a
libresource_a_SOURCES = \
	%D%/action.c \
	%D%/api.c %D%/api.h \
	%D%/api_value.c \
	%D%/change.c %D%/change.h \
	%D%/check.c \
	%D%/count.c \
	%D%/dump.c \
	%D%/engine.h \
	%D%/export.c %D%/export.h \
	%D%/form.c \
	%D%/import.c %D%/import.h \
	%D%/import_read.c \
	%D%/import_run.c \
	%D%/kind.c \
	%D%/list.c \
	%D%/list_filter.c \
	%D%/lookup.c \
	%D%/menu.c %D%/menu.h \
	%D%/openapi.c \
	%D%/page.c %D%/page.h \
	%D%/qr_sheet.c %D%/qr_sheet.h %D%/qr_sticker.c \
	%D%/query.c \
	%D%/resource.c %D%/resource.h \
	%D%/routes.c \
	%D%/save.c \
	%D%/show.c \
	%D%/task.c %D%/task.h \
	%D%/task_run.c \
	%D%/view.c
