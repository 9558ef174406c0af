/*
 * lambert - the two real branches of Lambert's W, the inverse of w e^w
 *
 *      W_0                 x in [-1/e, oo), w >= -1
 *      W_{-1}              x in [-1/e, 0),  w <= -1
 *
 * Corless, Gonnet, Hare, Jeffrey and Knuth, "On the Lambert W function", Advances in Computational
 * Mathematics 5 (1996): branch-point series 4.22, asymptotic series 4.19, Halley's iteration 5.9.
 */
#ifndef SFM_LAMBERT_H
#define SFM_LAMBERT_H

/*
 * lambert_w - W_branch(x); @branch is 0 or -1
 *
 * NaN outside the branch's interval.  The relative error is a few units in the last place, except
 * near x = -1/e, where the slope is infinite and the last digits are lost.
 */
double lambert_w(int branch, double x);

#endif
