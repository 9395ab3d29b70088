/* driver.c - runs a harness without libFuzzer: the corpus, then mutations of it, the same ones each
 * time.
 * Owns the inputs; the one that kills the harness is left in NAME_fuzz.crash.
 * Serves the harnesses of t/fuzz. With file names as arguments it runs just these.
 * FUZZ_ITERATIONS (20000), FUZZ_SECONDS (4) and FUZZ_SEED (1) bound and vary a run. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "fuzz.h"

#define CORPUS_MAX 500
#define INPUT_MAX (256 * 1024)
#define HANG_SECONDS 20

struct input { uint8_t *data; size_t len; };

static struct input corpus[CORPUS_MAX];
static int corpus_n;
static char name[64], crash_file[80];
static struct input current;
static uint64_t state;

/* Sanitizers end by abort, so that the handler below sees them. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
	return "abort_on_error=1";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}

static void save_and_die(int sig)
{
	static const char text[] = "# the input is kept in the .crash file\n";
	int fd = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	(void)!write(fd, current.data, current.len);
	(void)!write(STDOUT_FILENO, text, sizeof(text) - 1);
	signal(sig, SIG_DFL);
	raise(sig);
}

static uint64_t number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t n)
{
	return n > 0 ? (size_t)(number() % n) : 0;
}

/* The bytes sit in a block of exactly their size: one read too far is seen by the sanitizer. */
static void run(const uint8_t *data, size_t len)
{
	current.data = malloc(len > 0 ? len : 1);
	if (current.data == NULL)
		error_die("out of memory (fuzz)");
	if (len > 0)
		memcpy(current.data, data, len);
	current.len = len;
	alarm(HANG_SECONDS);
	LLVMFuzzerTestOneInput(current.data, len);
	alarm(0);
	free(current.data);
}

static bool load(const char *path, struct input *in)
{
	struct stat st;
	FILE *f = fopen(path, "rb");

	if (f == NULL || fstat(fileno(f), &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > INPUT_MAX) {
		if (f != NULL)
			fclose(f);
		return false;
	}
	in->len = (size_t)st.st_size;
	in->data = malloc(in->len + 1);
	if (in->data == NULL || fread(in->data, 1, in->len, f) != in->len)
		error_die("a corpus file cannot be read");
	fclose(f);
	return true;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load_corpus(void)
{
	const char *root = getenv("CHARGEOPS_SRC");
	char folder[512], path[1024];
	struct dirent **list;
	int n;

	snprintf(folder, sizeof(folder), "%s/t/fuzz/corpus/%s", root != NULL ? root : ".", name);
	n = scandir(folder, &list, NULL, by_name);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, list[i]->d_name);
		if (corpus_n < CORPUS_MAX && load(path, &corpus[corpus_n]))
			corpus_n++;
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

/* The mutations. Each takes a buffer with room for INPUT_MAX and returns the new length. */
static size_t flip_bit(uint8_t *p, size_t len)
{
	if (len > 0)
		p[below(len)] ^= (uint8_t)(1 << below(8));
	return len;
}

static size_t set_byte(uint8_t *p, size_t len)
{
	static const uint8_t odd[] = { 0, 1, 0x7F, 0x80, 0xFF, ' ', '"', '\'', '<', '>', '&', '\\', '/',
		',', '.', '-', '0', '9', '{', '}', '[', ']', ':', ';', '=', '%', '+', '\r', '\n', 0xC0,
		0xE4, 0xED, 0xF0 };

	if (len > 0)
		p[below(len)] = below(2) ? odd[below(sizeof(odd))] : (uint8_t)number();
	return len;
}

static size_t cut_out(uint8_t *p, size_t len)
{
	size_t at = below(len), n = 1 + below(below(2) ? 8 : len - at);

	if (len == 0)
		return 0;
	if (n > len - at)
		n = len - at;
	memmove(p + at, p + at + n, len - at - n);
	return len - n;
}

/* Some bytes of any corpus file are pushed in, or written over what is there. */
static size_t graft(uint8_t *p, size_t len)
{
	const struct input *from = &corpus[below((size_t)corpus_n)];
	size_t start = below(from->len), n = 1 + below(below(2) ? 16 : from->len), at = below(len + 1);
	bool over = below(2);

	if (n > from->len - start)
		n = from->len - start;
	if (at + n > INPUT_MAX || (!over && len + n > INPUT_MAX))
		return len;
	if (!over)
		memmove(p + at + n, p + at, len - at);
	memcpy(p + at, from->data + start, n);
	return over ? (at + n > len ? at + n : len) : len + n;
}

static size_t repeat(uint8_t *p, size_t len)
{
	size_t at = below(len), n = 1 + below(len - at), times = 1 + below(8);

	if (len == 0)
		return 0;
	for (; times > 0 && n <= len - at && len + n <= INPUT_MAX; times--) {
		memmove(p + at + n, p + at, len - at);
		len += n;
	}
	return len;
}

static size_t change_number(uint8_t *p, size_t len)
{
	static const uint32_t odd[] = { 0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF,
		0x7FFFFFFF, 0x80000000, 0xFFFFFFFF };
	uint32_t v = odd[below(sizeof(odd) / sizeof(odd[0]))];
	size_t bytes = (size_t)1 << below(3);
	bool big = below(2);

	if (len < bytes)
		return len;
	p += below(len - bytes + 1);
	for (size_t i = 0; i < bytes; i++)
		p[big ? bytes - 1 - i : i] = (uint8_t)(v >> (8 * i));
	return len;
}

static size_t truncate_end(uint8_t *p, size_t len)
{
	(void)p;
	return below(len + 1);
}

static void mutate_and_run(uint8_t *room)
{
	static size_t (*const mutations[])(uint8_t *, size_t) = {
		flip_bit, set_byte, set_byte, cut_out, graft, graft, repeat, change_number, truncate_end,
	};
	const struct input *in = &corpus[below((size_t)corpus_n)];
	size_t len = in->len;

	memcpy(room, in->data, len);
	for (size_t n = 1 + below(6); n > 0; n--)
		len = mutations[below(sizeof(mutations) / sizeof(mutations[0]))](room, len);
	run(room, len);
}

static int64_t setting(const char *variable, int64_t fallback)
{
	int64_t v;

	return text_i64(getenv(variable), &v) ? v : fallback;
}

static int run_all(void)
{
	int64_t iterations = setting("FUZZ_ITERATIONS", 20000), done = 0;
	int64_t until = clock_mono_ms() + setting("FUZZ_SECONDS", 4) * 1000;
	uint8_t *room = malloc(INPUT_MAX);

	if (room == NULL)
		error_die("out of memory (fuzz)");
	state = (uint64_t)setting("FUZZ_SEED", 1) * UINT64_C(0x9E3779B97F4A7C15) | 1;
	printf("1..2\n");
	load_corpus();
	for (int i = 0; i < corpus_n; i++)
		run(corpus[i].data, corpus[i].len);
	run((const uint8_t *)"", 0);
	printf("%s 1 - %s: %d corpus files\n", corpus_n > 0 ? "ok" : "not ok", name, corpus_n);
	fflush(stdout);
	for (; corpus_n > 0 && done < iterations && clock_mono_ms() < until; done++)
		mutate_and_run(room);
	printf("%s 2 - %s: %lld mutated inputs\n", done > 0 ? "ok" : "not ok", name, (long long)done);
	free(room);
	for (int i = 0; i < corpus_n; i++)
		free(corpus[i].data);
	return corpus_n > 0 && done > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const int deadly[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM };
	const char *slash = strrchr(argv[0], '/');
	char *tail;

	text_copy(name, sizeof(name), slash != NULL ? slash + 1 : argv[0]);
	snprintf(crash_file, sizeof(crash_file), "%s.crash", name);
	tail = strstr(name, "_fuzz");
	if (tail != NULL)
		*tail = '\0';
	error_init();
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		signal(deadly[i], save_and_die);
	if (argc == 1)
		return run_all();
	for (int i = 1; i < argc; i++) {
		struct input in;
		if (!load(argv[i], &in))
			return 2;
		run(in.data, in.len);
		free(in.data);
	}
	return 0;
}
