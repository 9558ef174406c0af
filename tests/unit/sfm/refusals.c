/* Configurations of the feature machine that cannot be. */
#include "check.h"
#include "sfm/sfm.h"

static void refuse(struct sfm_data_config c, const char *why)
{
	struct sfm_data d;
	struct err e;

	check(sfm_data_init(&d, &c, &e) == -1);
	check_error(e, why);
}

int main(void)
{
	struct sfm_data_config c = { .op = "add", .modulus = 31, .train_count = 480, .dlog = 1 };

	c.op = "pow";
	refuse(c, "no operation 'pow'");
	c.op = "mul";
	c.modulus = 30;
	c.target = SFM_DELTA;
	refuse(c, "mul needs a prime modulus, not 30");
	c.op = "add";
	c.target = SFM_QR;
	refuse(c, "qr needs a prime modulus, not 30");
	c.modulus = 2;
	refuse(c, "modulus 2 is not within");
	c.modulus = 7;
	c.train_count = 50;
	refuse(c, "50 of 49 equations");
	c.train_count = 0;
	c.train_frac = 0.001;
	refuse(c, "0 of 49 equations");
	c.train_frac = 0.5;
	c.character = 7;
	refuse(c, "character 7");
	return 0;
}
