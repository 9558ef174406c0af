/* A colour for each angle; see plot_wheel in panel.h. */
#include "plot/panel.h"

#include <math.h>

static int srgb(double linear)
{
	double x = linear <= 0 ? 0 : linear >= 1 ? 1 : linear;

	x = x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055;
	return (int)lround(255 * x);
}

/*
 * A colour of the wheel: hue @turn (0..1) at one lightness and chroma of OKLab, so that no residue
 * stands out.  Conversion: Ottosson, "A perceptual color space for image processing", 2020.
 */
unsigned plot_wheel(double turn)
{
	double angle = 2 * M_PI * turn, a = 0.125 * cos(angle), b = 0.125 * sin(angle);
	double l = pow(0.66 + 0.3963377774 * a + 0.2158037573 * b, 3);
	double m = pow(0.66 - 0.1055613458 * a - 0.0638541728 * b, 3);
	double s = pow(0.66 - 0.0894841775 * a - 1.2914855480 * b, 3);

	return (unsigned)srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16 |
	       (unsigned)srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8 |
	       (unsigned)srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
}
