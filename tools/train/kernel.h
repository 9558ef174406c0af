/*
 * kernel - run with the BLAS kernel that an option names
 */
#ifndef TRAIN_KERNEL_H
#define TRAIN_KERNEL_H

/*
 * kernel_use - return if OpenBLAS has kernel @name; else start the program again so that it will
 *
 * OpenBLAS chooses before main.  Ends the program if it, or the processor, has no such kernel.
 */
void kernel_use(const char *name, char **argv);

#endif
