/* The table of metrics: one row each, by tool, in the order in which reports list them. */
#include "sync/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO, YES }; /* reported */
#define LINEAR QUANTITY_LINEAR
#define LOG    QUANTITY_LOG
#define SHARE  QUANTITY_SHARE

#define TRAIN     "grok-train"
#define SPECTRUM  "grok-spectrum"
#define PROGRESS  "grok-spectrum --progress-measures"
#define SINGULAR  "grok-spectrum --singular"
#define TOPOLOGY  "grok-spectrum --topology"
#define ALGORITHM "grok-spectrum --algorithm"
#define BDM       "grok-bdm"
#define NULLS     "grok-bdm --null"
#define CMA       "grok-cma"
#define SKIP      "grok-cma --skip"
#define LLC       "grok-llc"
#define SFM       "grok-sfm"
#define CROSSOVER "grok-sfm crossover"
#define PHASE     "grok-sfm phase"

const struct quantity quantity_rows[] = {
	/* name, title, label, family, unit, scale, direction, reported, followed, command */
	{ "train.train_acc", "training accuracy", "train", "accuracy", "%", SHARE, 0, YES, "",
	  TRAIN },
	{ "train.test_acc", "test accuracy", "test", "accuracy", "%", SHARE, 1, YES, "", TRAIN },
	{ "train.train_loss", "training loss", "train", "loss", "nats", LOG, 0, YES, "", TRAIN },
	{ "train.test_loss", "test loss", "test", "loss", "nats", LOG, -1, YES, "", TRAIN },
	{ "train.weight_norm", "norm of the weights", "all parameters", "norm of the weights", "",
	  LINEAR, -1, YES, "", TRAIN },
	{ "train.grad_norm", "norm of the gradient", "gradient", "norm of the gradient", "", LOG, 0,
	  NO, NULL, TRAIN },
	{ "train.lr", "learning rate", "learning rate", "learning rate", "", LINEAR, 0, NO, NULL,
	  TRAIN },

	{ "spectrum.gini", "Gini of the frequency norms", "Gini", "Gini coefficient", "", SHARE, 1,
	  YES, "", SPECTRUM },
	{ "spectrum.gini_null", "Gini of noise's frequency norms", "Gini, noise",
	  "Gini coefficient", "", SHARE, 0, NO, NULL, SPECTRUM },
	{ "spectrum.ipr", "IPR of the frequency norms", "IPR", "inverse participation ratio", "",
	  LOG, 1, YES, "", SPECTRUM },
	{ "spectrum.ipr_null", "IPR of noise's frequency norms", "IPR, noise",
	  "inverse participation ratio", "", LOG, 0, NO, NULL, SPECTRUM },
	{ "spectrum.gini2d", "Gini of |F|, 2-D transform", "2-D Gini", "Gini coefficient", "",
	  SHARE, 1, YES, "", SPECTRUM },
	{ "spectrum.gini2d_null", "Gini of |F|, noise", "2-D Gini, noise", "Gini coefficient", "",
	  SHARE, 0, NO, NULL, SPECTRUM },
	{ "spectrum.ipr2d", "IPR of |F|, 2-D transform", "2-D IPR", "inverse participation ratio",
	  "", LOG, 1, YES, "", SPECTRUM },
	{ "spectrum.ipr2d_null", "IPR of |F|, noise", "2-D IPR, noise",
	  "inverse participation ratio", "", LOG, 0, NO, NULL, SPECTRUM },
	{ "spectrum.gini2d_power", "Gini of |F|², all rows", "Gini of |F|²", "Gini coefficient", "",
	  SHARE, 1, YES, "", SPECTRUM },
	{ "spectrum.gini2d_power_null", "Gini of |F|², noise", "Gini of |F|², noise",
	  "Gini coefficient", "", SHARE, 0, NO, NULL, SPECTRUM },
	{ "spectrum.ipr2d_power", "IPR of |F|², all rows", "IPR of |F|²",
	  "inverse participation ratio", "", LOG, 1, YES, "", SPECTRUM },
	{ "spectrum.ipr2d_power_null", "IPR of |F|², noise", "IPR of |F|², noise",
	  "inverse participation ratio", "", LOG, 0, NO, NULL, SPECTRUM },
	{ "spectrum.concentration_null", "C_geo of noise", "C_geo, noise", "geometric complexity",
	  "", SHARE, 0, NO, NULL, SPECTRUM },
	{ "spectrum.pca_effective_rank", "effective rank of the embedding", "effective rank",
	  "rank of the embedding", "", LINEAR, -1, NO, NULL, SPECTRUM },
	{ "spectrum.participation", "participation number of the frequencies", "1 / IPR",
	  "participation number", "", LINEAR, -1, NO, NULL, SPECTRUM },
	{ "spectrum.participation2d", "participation number of |F|", "1 / 2-D IPR",
	  "participation number", "", LINEAR, -1, NO, NULL, SPECTRUM },
	{ "spectrum.concentration", "geometric complexity C_geo", "C_geo", "geometric complexity",
	  "", SHARE, 1, YES, "", SPECTRUM },
	{ "spectrum.eig1", "largest eigenvalue of the Gram matrix", "first",
	  "eigenvalue of the Gram matrix", "", SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.eig2", "second eigenvalue of the Gram matrix", "second",
	  "eigenvalue of the Gram matrix", "", SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.pca1", "variance on the first component", "first", "variance explained", "%",
	  SHARE, 1, YES, "", SPECTRUM },
	{ "spectrum.pca2", "variance on the second component", "second", "variance explained", "%",
	  SHARE, 1, NO, "", SPECTRUM },
	{ "spectrum.pca3", "variance on the third component", "third", "variance explained", "%",
	  SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.pca1_null", "variance on the first component, noise", "first, noise",
	  "variance explained", "%", SHARE, 0, NO, NULL, SPECTRUM },
	{ "spectrum.pca1_frozen", "variance on the first frozen axis", "first, frozen",
	  "variance explained", "%", SHARE, 1, NO, NULL, SPECTRUM " --axes" },
	{ "spectrum.pca2_frozen", "variance on the second frozen axis", "second, frozen",
	  "variance explained", "%", SHARE, 1, NO, NULL, SPECTRUM " --axes" },
	{ "spectrum.pca3_frozen", "variance on the third frozen axis", "third, frozen",
	  "variance explained", "%", SHARE, 1, NO, NULL, SPECTRUM " --axes" },
	{ "spectrum.rank", "participation ratio of the embedding", "participation ratio",
	  "rank of the embedding", "", LINEAR, -1, YES, "", SPECTRUM },
	{ "spectrum.rank_null", "participation ratio of noise", "participation ratio, noise",
	  "rank of the embedding", "", LINEAR, 0, NO, NULL, SPECTRUM },
	{ "spectrum.nuclear", "nuclear norm", "nuclear norm", "nuclear norm", "", LINEAR, -1, YES,
	  "", SINGULAR },
	{ "spectrum.stable_rank", "stable rank", "stable rank", "rank", "", LINEAR, -1, YES, "",
	  SINGULAR },
	{ "spectrum.effective_rank", "effective rank", "effective rank", "rank", "", LINEAR, -1, NO,
	  NULL, SINGULAR },
	{ "spectrum.keys", "key frequencies", "key frequencies", "key frequencies", "", LINEAR, -1,
	  NO, NULL, SPECTRUM },
	{ "spectrum.rings", "rings", "rings", "rings", "", LINEAR, 1, YES, NULL, SPECTRUM },
	{ "spectrum.ring", "is there a ring?", "ring", "ring", "", SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.ring_k", "frequency of the best ring", "frequency", "frequency", "", LINEAR, 0,
	  NO, NULL, SPECTRUM },
	{ "spectrum.ring_r2", "R² of the best ring", "ring R²", "ring R²", "", SHARE, 1, YES, "",
	  SPECTRUM },
	{ "spectrum.ring_r2_null", "R² of the best ring, noise", "ring R², noise", "ring R²", "",
	  SHARE, 0, NO, NULL, SPECTRUM },
	{ "spectrum.ring_share", "share of the best ring in the embedding", "ring's share",
	  "share of energy", "%", SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.ring_spread", "radial spread of the best ring", "radial spread",
	  "radial spread", "", LINEAR, -1, NO, NULL, SPECTRUM },
	{ "spectrum.ring_monotone", "steps of the best ring that turn one way", "monotone",
	  "monotone steps", "%", SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.ring_winding", "turns of the best ring", "turns", "turns", "", LINEAR, 0, NO,
	  NULL, SPECTRUM },
	{ "spectrum.ring_p", "chance of such a ring without order", "p", "p", "", LINEAR, -1, NO,
	  NULL, SPECTRUM },
	{ "spectrum.pc_ring", "is there a ring in PC 1 and 2?", "ring in PC 1, 2", "ring", "",
	  SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.pc_ring_k", "frequency of the ring in PC 1 and 2", "frequency", "frequency", "",
	  LINEAR, 0, NO, NULL, SPECTRUM },
	{ "spectrum.pc_ring_r2", "R² of the ring in PC 1 and 2", "R² in PC 1, 2", "ring R²", "",
	  SHARE, 1, NO, NULL, SPECTRUM },
	{ "spectrum.pc_ring_spread", "radial spread in PC 1 and 2", "spread in PC 1, 2",
	  "radial spread", "", LINEAR, -1, NO, NULL, SPECTRUM },
	{ "spectrum.pc_ring_p", "chance of such a ring in PC 1 and 2", "p in PC 1, 2", "p", "",
	  LINEAR, -1, NO, NULL, SPECTRUM },
	{ "spectrum.norm", "norm of the embedding", "embedding", "norm of the embedding", "",
	  LINEAR, 0, NO, NULL, SPECTRUM },
	{ "spectrum.zero_norm", "norm of the row of 0", "row of 0", "norm of the row of 0", "",
	  LINEAR, 0, NO, NULL, SPECTRUM },
	{ "spectrum.h1_lifetime", "longest H1 lifetime", "longest H1 class", "H1 lifetime", "",
	  LINEAR, 1, YES, "", TOPOLOGY },
	{ "spectrum.h1_birth", "birth of the longest H1 class", "birth", "scale", "", LINEAR, 0, NO,
	  NULL, TOPOLOGY },
	{ "spectrum.h1_death", "death of the longest H1 class", "death", "scale", "", LINEAR, 0, NO,
	  NULL, TOPOLOGY },
	{ "spectrum.circular", "circular correlation", "circular correlation",
	  "circular correlation", "", SHARE, 1, YES, "", TOPOLOGY },
	{ "spectrum.homomorphism", "homomorphism error", "homomorphism error", "homomorphism error",
	  "", SHARE, -1, YES, "", TOPOLOGY },
	{ "spectrum.resultant", "mean resultant length of the ring", "mean resultant length",
	  "mean resultant length", "", SHARE, 1, NO, NULL, TOPOLOGY },
	{ "spectrum.h1_lifetime_null", "longest H1 lifetime, shuffled",
	  "longest H1 lifetime, shuffled", "H1 lifetime", "", LINEAR, 0, NO, NULL, TOPOLOGY },
	{ "spectrum.circular_null", "circular correlation, shuffled",
	  "circular correlation, shuffled", "circular correlation", "", LINEAR, 0, NO, NULL,
	  TOPOLOGY },
	{ "spectrum.resultant_null", "mean resultant length, shuffled",
	  "mean resultant length, shuffled", "mean resultant length", "", LINEAR, 0, NO, NULL,
	  TOPOLOGY },
	{ "spectrum.homomorphism_null", "homomorphism error, shuffled",
	  "homomorphism error, shuffled", "homomorphism error", "", LINEAR, 0, NO, NULL, TOPOLOGY },
	{ "spectrum.pc_circular", "circular correlation in PC 1 and 2", "in PC 1, 2",
	  "circular correlation", "", SHARE, 1, NO, NULL, TOPOLOGY },
	{ "spectrum.pc_circular_null", "circular correlation in PC 1 and 2, shuffled",
	  "in PC 1, 2, shuffled", "circular correlation", "", LINEAR, 0, NO, NULL, TOPOLOGY },
	{ "spectrum.pc_resultant", "mean resultant length in PC 1 and 2", "in PC 1, 2",
	  "mean resultant length", "", SHARE, 1, NO, NULL, TOPOLOGY },
	{ "spectrum.pc_resultant_null", "mean resultant length in PC 1 and 2, shuffled",
	  "in PC 1, 2, shuffled", "mean resultant length", "", LINEAR, 0, NO, NULL, TOPOLOGY },
	{ "spectrum.pc_homomorphism", "homomorphism error in PC 1 and 2", "in PC 1, 2",
	  "homomorphism error", "", SHARE, -1, NO, NULL, TOPOLOGY },
	{ "spectrum.pc_homomorphism_null", "homomorphism error in PC 1 and 2, shuffled",
	  "in PC 1, 2, shuffled", "homomorphism error", "", LINEAR, 0, NO, NULL, TOPOLOGY },
	{ "spectrum.irrelevance", "distance irrelevance", "distance irrelevance", "irrelevance", "",
	  SHARE, 0, YES, "", ALGORITHM },
	{ "spectrum.irrelevance_null", "distance irrelevance, permuted", "permuted", "irrelevance",
	  "", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.symmetricity", "gradient symmetricity", "gradient symmetricity", "symmetricity",
	  "", LINEAR, 0, YES, "", ALGORITHM },
	{ "spectrum.symmetricity_null", "gradient symmetricity of different triples",
	  "different triples", "symmetricity", "", LINEAR, 0, NO, NULL, ALGORITHM },
	{ "spectrum.opposite_share",
	  "share of the function that depends on the opposite of the answer", "opposite",
	  "share of the function", "%", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.single_share", "share of the function that depends on one operand",
	  "one operand", "share of the function", "%", SHARE, -1, NO, NULL, ALGORITHM },
	{ "spectrum.double_share",
	  "share of the function in doubled key frequencies of one operand", "doubles",
	  "share of the function", "%", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.line_share_null", "share of the function along one line, noise", "noise",
	  "share of the function", "%", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.neuron_share", "share of a hidden unit in its best frequency", "best frequency",
	  "share of a hidden unit", "%", SHARE, 1, YES, "", ALGORITHM },
	{ "spectrum.neuron_share_null", "share of a hidden unit in its best frequency, noise",
	  "noise", "share of a hidden unit", "%", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.neuron_clustered", "hidden units with one frequency",
	  "hidden units with one frequency", "hidden units with one frequency", "%", SHARE, 1, YES,
	  NULL, ALGORITHM },
	{ "spectrum.neuron_frequencies", "frequencies of hidden units", "hidden units",
	  "key frequencies", "", LINEAR, 0, NO, NULL, ALGORITHM },
	{ "spectrum.phase_sum", "do the phases of hidden units add up?", "phases add up",
	  "phase sum", "", LINEAR, 1, NO, NULL, ALGORITHM },
	{ "spectrum.phase_resultant", "resultant of the phase sums", "resultant",
	  "mean resultant length", "", SHARE, 1, NO, NULL, ALGORITHM },
	{ "spectrum.stream_answer", "share of the stream that depends on the answer", "answer",
	  "share of the stream", "%", SHARE, 1, NO, NULL, ALGORITHM },
	{ "spectrum.stream_opposite",
	  "share of the stream that depends on the opposite of the answer", "opposite",
	  "share of the stream", "%", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.stream_single", "share of the stream that depends on one operand",
	  "one operand", "share of the stream", "%", SHARE, -1, NO, NULL, ALGORITHM },
	{ "spectrum.stream_k", "frequency of the answer in the stream", "frequency", "frequency",
	  "", LINEAR, 0, NO, NULL, ALGORITHM },
	{ "spectrum.stream_keys", "share of the stream in key frequencies of one operand",
	  "key frequencies", "share of the stream", "%", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.stream_doubles",
	  "share of the stream in doubled key frequencies of one operand", "doubles",
	  "share of the stream", "%", SHARE, 0, NO, NULL, ALGORITHM },
	{ "spectrum.full_loss", "loss of the whole function", "whole", "loss", "nats", LOG, -1, NO,
	  NULL, PROGRESS },
	{ "spectrum.full_loss_train", "loss of the whole function, training set", "whole, train",
	  "loss", "nats", LOG, 0, NO, NULL, PROGRESS },
	{ "spectrum.full_loss_test", "loss of the whole function, test set", "whole, test", "loss",
	  "nats", LOG, -1, NO, NULL, PROGRESS },
	{ "spectrum.restricted_loss", "loss with key frequencies only", "key frequencies only",
	  "loss", "nats", LOG, -1, YES, "*", PROGRESS },
	{ "spectrum.restricted_loss_train", "loss with key frequencies only, training set",
	  "key only, train", "loss", "nats", LOG, -1, NO, NULL, PROGRESS },
	{ "spectrum.restricted_loss_test", "loss with key frequencies only, test set",
	  "key only, test", "loss", "nats", LOG, -1, NO, NULL, PROGRESS },
	{ "spectrum.restricted_product_loss", "loss with products of key frequencies only",
	  "products only", "loss", "nats", LOG, -1, NO, NULL, PROGRESS },
	{ "spectrum.restricted_product_loss_train", "loss with products only, training set",
	  "products only, train", "loss", "nats", LOG, -1, NO, NULL, PROGRESS },
	{ "spectrum.restricted_product_loss_test", "loss with products only, test set",
	  "products only, test", "loss", "nats", LOG, -1, NO, NULL, PROGRESS },
	{ "spectrum.excluded_loss", "loss without key frequencies", "without key frequencies",
	  "loss", "nats", LOG, 1, YES, "*", PROGRESS },
	{ "spectrum.excluded_loss_train", "loss without key frequencies, training set",
	  "without key, train", "loss", "nats", LOG, 1, NO, NULL, PROGRESS },
	{ "spectrum.excluded_loss_test", "loss without key frequencies, test set",
	  "without key, test", "loss", "nats", LOG, 1, NO, NULL, PROGRESS },
	{ "spectrum.excluded_each_loss", "loss without one key frequency", "without one", "loss",
	  "nats", LOG, 1, NO, NULL, PROGRESS },
	{ "spectrum.excluded_each_loss_train", "loss without one key frequency, training set",
	  "without one, train", "loss", "nats", LOG, 1, NO, NULL, PROGRESS },
	{ "spectrum.excluded_each_loss_test", "loss without one key frequency, test set",
	  "without one, test", "loss", "nats", LOG, 1, NO, NULL, PROGRESS },
	{ "spectrum.progress_keys", "key frequencies of the loss measures", "key frequencies",
	  "key frequencies", "", LINEAR, 0, NO, NULL, PROGRESS },
	{ "spectrum.sum_share", "share of the function that depends on the sum", "sum directions",
	  "share of the function", "%", SHARE, 1, NO, NULL, PROGRESS },
	{ "spectrum.weight_norm", "norm of all parameters", "all parameters", "norm of the weights",
	  "", LINEAR, -1, NO, NULL, PROGRESS },

	{ "bdm.bits", "complexity K", "weights", "complexity K", "bits", LINEAR, -1, YES, "", BDM },
	{ "bdm.bits_per_weight", "complexity K per weight", "weights", "complexity K per weight",
	  "bits", LINEAR, -1, NO, NULL, BDM },
	{ "bdm.null_mean", "K of shuffled weights", "shuffled weights", "complexity K", "bits",
	  LINEAR, 0, YES, NULL, NULLS },
	{ "bdm.null_sd", "sd of K of shuffled weights", "sd of shuffles", "complexity K", "bits",
	  LINEAR, 0, NO, NULL, NULLS },
	{ "bdm.z", "K against shuffled weights", "z", "K against shuffled weights", "sd", LINEAR,
	  -1, YES, "", NULLS },
	{ "bdm.normalized", "normalised complexity", "normalised", "normalised complexity", "",
	  SHARE, -1, NO, "", BDM },
	{ "bdm.entropy", "entropy of the blocks", "blocks", "entropy", "bits", LINEAR, -1, NO, NULL,
	  BDM },
	{ "bdm.zstd_bits", "zstd-compressed weights", "zstd", "compressed weights", "bits", LINEAR,
	  -1, YES, "", BDM },
	{ "bdm.blocks", "blocks", "blocks", "blocks", "", LINEAR, 0, NO, NULL, BDM },
	{ "bdm.unique", "different blocks", "different blocks", "blocks", "", LINEAR, -1, NO, NULL,
	  BDM },
	{ "bdm.coverage", "different blocks that the table has", "coverage", "coverage", "%", SHARE,
	  0, NO, NULL, BDM },
	{ "bdm.weights", "number of weights", "weights", "number of weights", "", LINEAR, 0, NO,
	  NULL, BDM },
	{ "bdm.near_zero", "weights near zero", "near zero", "weights near zero", "%", SHARE, 1, NO,
	  NULL, BDM },
	{ "bdm.norm", "norm of the matrices", "matrices", "norm of the weights", "", LINEAR, -1, NO,
	  NULL, BDM },

	{ "cma.total", "total effect", "total effect", "effect", "nats", LINEAR, 1, NO, "", CMA },
	{ "cma.total_se", "standard error of the total effect", "standard error", "effect", "nats",
	  LINEAR, 0, NO, NULL, CMA },
	{ "cma.right", "pairs answered rightly", "pairs", "pairs answered rightly", "%", SHARE, 1,
	  NO, NULL, CMA },
	{ "cma.identity", "departure from the identities", "identities",
	  "departure from the identities", "", LOG, 0, NO, NULL, CMA },
	{ "cma.mean_abs", "mean |CMS|", "mean |CMS|", "mean |CMS|", "nats", LINEAR, 0, YES, "",
	  CMA },
	{ "cma.active", "active heads", "active heads", "active heads", "%", SHARE, -1, YES, NULL,
	  CMA },
	{ "cma.acc", "accuracy without layers", "without layers", "accuracy", "%", SHARE, 1, NO,
	  " skip *-* block test", SKIP },
	{ "cma.acc_null", "accuracy without as many layers at random", "at random", "accuracy", "%",
	  SHARE, 0, NO, NULL, SKIP " --null" },
	{ "cma.acc_null_sd", "sd of accuracy without layers at random", "sd at random", "accuracy",
	  "%", SHARE, 0, NO, NULL, SKIP " --null" },
	{ "cma.acc_rank", "random sets that do no better", "rank", "random sets that do no better",
	  "%", SHARE, 0, NO, NULL, SKIP " --null" },
	{ "cma.loss", "loss without layers", "without layers", "loss", "nats", LOG, -1, NO, NULL,
	  SKIP },
	{ "cma.loss_null", "loss without as many layers at random", "at random", "loss", "nats",
	  LOG, 0, NO, NULL, SKIP " --null" },
	{ "cma.bypass", "longest window that can be bypassed", "longest window",
	  "layers that can be bypassed", "", LINEAR, 1, YES, NULL, "grok-cma --scan" },

	{ "llc.lambda", "local learning coefficient", "LLC", "local learning coefficient", "", LOG,
	  -1, YES, "", LLC },
	{ "llc.se", "standard error of the local learning coefficient", "standard error",
	  "local learning coefficient", "", LOG, 0, NO, NULL, LLC },
	{ "llc.virial", "coefficient if the loss were quadratic", "virial",
	  "local learning coefficient", "", LOG, -1, NO, NULL, LLC },
	{ "llc.ceiling", "coefficient of guessing", "guessing", "local learning coefficient", "",
	  LOG, 0, NO, NULL, LLC },
	{ "llc.status", "check that failed, 0: none", "status", "status", "", LINEAR, 0, NO, NULL,
	  LLC },
	{ "llc.temperature", "temperature of the draws", "T", "temperature", "", LINEAR, 0, NO,
	  NULL, LLC },
	{ "llc.accept", "accepted proposals", "accepted", "accepted proposals", "%", SHARE, 0, NO,
	  NULL, LLC },
	{ "llc.ess", "effective sample size", "effective samples", "effective samples", "", LINEAR,
	  0, NO, NULL, LLC },
	{ "llc.distance", "distance of the draws, a coordinate", "distance", "distance", "", LINEAR,
	  0, NO, NULL, LLC },
	{ "llc.loss", "loss at the checkpoint", "checkpoint", "loss", "nats", LOG, 0, NO, NULL,
	  LLC },
	{ "llc.mean_loss", "mean loss of the draws", "mean of draws", "loss", "nats", LOG, 0, NO,
	  NULL, LLC },
	{ "llc.acc", "accuracy at the checkpoint", "checkpoint", "accuracy", "%", SHARE, 0, NO,
	  NULL, LLC },
	{ "llc.mean_acc", "mean accuracy of the draws", "mean of draws", "accuracy", "%", SHARE, 0,
	  NO, NULL, LLC },
	{ "llc.nbeta", "inverse temperature nβ", "nβ", "inverse temperature", "", LINEAR, 0, NO,
	  NULL, LLC },
	{ "llc.gamma", "pull towards the checkpoint", "γ", "pull", "", LINEAR, 0, NO, NULL, LLC },
	{ "llc.step_size", "step of the sampler", "step", "step of the sampler", "", LOG, 0, NO,
	  NULL, LLC },
	{ "llc.dimension", "weights that move", "weights", "number of weights", "", LINEAR, 0, NO,
	  NULL, LLC },
	{ "llc.equations", "equations of the loss", "equations", "equations", "", LINEAR, 0, NO,
	  NULL, LLC },
	{ "llc.polish", "steps to a minimum", "steps", "steps to a minimum", "", LINEAR, 0, NO,
	  NULL, LLC " --polish" },
	{ "llc.trace", "trace of the Hessian", "trace", "trace of the Hessian", "", LOG, -1, NO,
	  NULL, LLC " --hessian" },
	{ "llc.trace_se", "standard error of the trace", "standard error", "trace of the Hessian",
	  "", LOG, 0, NO, NULL, LLC " --hessian" },

	{ "sfm.lambda", "feature machine: λ", "half the features in use", "complexity λ", "", LOG,
	  -1, YES, "", SFM },
	{ "sfm.train_loss", "feature machine: training loss", "train", "loss", "", LOG, -1, NO, "",
	  SFM },
	{ "sfm.test_loss", "feature machine: test loss", "test", "loss", "", LOG, -1, YES, "",
	  SFM },
	{ "sfm.train_acc", "feature machine: training accuracy", "train", "accuracy", "%", SHARE, 0,
	  NO, NULL, SFM },
	{ "sfm.test_acc", "feature machine: test accuracy", "test", "accuracy", "%", SHARE, 1, NO,
	  NULL, SFM },
	{ "sfm.support", "feature machine: features in use", "in use", "features", "", LOG, -1, NO,
	  "", SFM },
	{ "sfm.diagonal", "feature machine: features of the function in use", "of the function",
	  "features", "", LOG, 0, NO, NULL, SFM },
	{ "sfm.complexity", "feature machine: complexity K", "K", "complexity K", "bits", LINEAR,
	  -1, NO, NULL, SFM },
	{ "sfm.free_energy", "feature machine: free energy", "F", "free energy F = n L + λ ln n",
	  "nats", LINEAR, -1, NO, NULL, SFM },
	{ "sfm.objective", "feature machine: objective", "J", "objective J", "", LINEAR, -1, NO, "",
	  SFM },
	{ "sfm.tau", "feature machine: gate", "tau", "gate", "", LINEAR, 0, NO, NULL, SFM },
	{ "sfm.beta", "feature machine: price of a feature", "beta", "price of a feature", "",
	  LINEAR, 0, NO, NULL, SFM },
	{ "sfm.phase", "feature machine: phase", "phase", "phase", "", LINEAR, 1, NO, NULL, SFM },
	{ "sfm.crossover", "samples where the free energies cross", "n*", "samples", "", LOG, 0, NO,
	  NULL, CROSSOVER },
	{ "sfm.crossover_low", "samples of the lower crossing", "lower crossing", "samples", "",
	  LOG, 0, NO, NULL, CROSSOVER },
	{ "sfm.crossover_counted", "samples where the counted energies cross", "nc", "samples", "",
	  LOG, 0, NO, NULL, CROSSOVER },
	{ "sfm.crossover_ratio", "epsilon / (beta (p² - p))", "ratio", "ratio", "", LINEAR, 0, NO,
	  NULL, CROSSOVER },
	{ "sfm.recovered", "share of seeds that recover the function", "recovered",
	  "share of seeds", "%", SHARE, 0, NO, NULL, PHASE },
	{ "sfm.samples", "samples", "samples", "samples", "", LOG, 0, NO, NULL, PHASE },
	{ "sfm.samples_bound", "samples of compressed sensing", "compressed sensing", "samples", "",
	  LOG, 0, NO, NULL, PHASE },
	{ 0 }
};

const struct quantity *quantity_find(const char *name)
{
	const struct quantity *q;

	for (q = quantity_rows; q->name; q++)
		if (!strcmp(q->name, name))
			return q;
	return NULL;
}

const char *quantity_label(const char *name)
{
	const struct quantity *q = quantity_find(name);

	return q ? q->label : name;
}

void quantity_axis(const struct quantity *q, char *text, size_t size)
{
	/* Shares are drawn from 0 to 1: percent belongs to tables. */
	if (*q->unit && q->scale != QUANTITY_SHARE)
		snprintf(text, size, "%s (%s)", q->family, q->unit);
	else
		snprintf(text, size, "%s", q->family);
}

char *quantity_followed(struct err *e)
{
	const struct quantity *q;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int first = 1;

	if (!f) {
		err_memory(e);
		return NULL;
	}
	for (q = quantity_rows; q->name; q++)
		if (q->followed) {
			fprintf(f, "%s%s%s", first ? "" : ",", q->name, q->followed);
			first = 0;
		}
	if (fclose(f)) {
		free(text);
		err_memory(e);
		return NULL;
	}
	return text;
}
