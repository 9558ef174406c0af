/* Half precision, and conversions between element types. */
#include "check.h"
#include "stream/tensor.h"

/* Half precision by its definition; the values are from IEEE 754. */
static void halves(void)
{
	static const struct {
		float x;
		unsigned h;
	} known[] = {
		{ 0, 0 },
		{ 1, 0x3c00 },
		{ -2, 0xc000 },
		{ 65504, 0x7bff },
		{ 65519, 0x7bff },
		{ 65520, 0x7c00 },
		{ 0x1p-24f, 1 },
		{ 0x1p-14f, 0x400 },
		{ 0x1.ff8p-15f, 0x3ff },
		{ 1 + 0x1p-11f, 0x3c00 },
		{ 1 + 0x3p-11f, 0x3c02 },
		{ 0x1p-25f, 0 },
		{ 0x1.8p-25f, 1 },
		{ INFINITY, 0x7c00 },
		{ 1.9999f, 0x4000 },
	};
	const size_t shape[] = { sizeof(known) / sizeof(known[0]) };
	struct tensor x, h, back;
	struct err e;
	size_t i;

	check(!tensor_init(&x, DTYPE_F4, 1, shape, &e) && x.n == shape[0]);
	for (i = 0; i < x.n; i++)
		((float *)x.data)[i] = known[i].x;
	check(!tensor_convert(&x, DTYPE_F2, &h, &e));
	for (i = 0; i < x.n; i++)
		check_near(((uint16_t *)h.data)[i], known[i].h, 0);
	tensor_free(&x);
	tensor_free(&h);
	/* every finite half survives the way to float32 and back */
	check(!tensor_init(&h, DTYPE_F2, 1, (size_t[]){ 65536 }, &e));
	for (i = 0; i < 65536; i++)
		((uint16_t *)h.data)[i] = (uint16_t)i;
	check(!tensor_convert(&h, DTYPE_F4, &x, &e) && !tensor_convert(&x, DTYPE_F2, &back, &e));
	for (i = 0; i < 65536; i++)
		check((i >> 10 & 31) == 31 || ((uint16_t *)back.data)[i] == i);
	tensor_free(&x);
	tensor_free(&h);
	tensor_free(&back);
	tensor_free(&back);
}

static void conversions(void)
{
	struct tensor x, y;
	struct err e;

	check(!tensor_init(&x, DTYPE_F8, 0, NULL, &e) && x.n == 1);
	*(double *)x.data = -3.5e10;
	check(!tensor_convert(&x, DTYPE_I4, &y, &e) && *(int32_t *)y.data == INT32_MIN);
	tensor_free(&y);
	*(double *)x.data = NAN;
	check(!tensor_convert(&x, DTYPE_U1, &y, &e) && *(uint8_t *)y.data == 0);
	tensor_free(&y);
	check(tensor_convert(&x, DTYPE_C8, &y, &e) == -1);
	check_error(e, "<f8 cannot become <c8");
	tensor_free(&x);
	check(tensor_init(&x, DTYPE_F8, 2, (size_t[]){ SIZE_MAX, 3 }, &e) == -1);
	check_error(e, "too large");
}

int main(void)
{
	halves();
	conversions();
	return 0;
}
