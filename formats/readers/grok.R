# Grok tensor streams (.gts) in R: runs, their metrics as a data frame, their tensors when asked
# for.
#
#     source("grok.R")
#     runs <- grok_load("run.gts")
#     runs[[1]]$config$op
#     runs[[1]]$metrics                                     # run step tool of name value
#     grok_tensor(runs[[1]], "transformer.wte.weight")      # of the last step that has it
#     grok_tensor(runs[[1]], "transformer.wte.weight", 400) # of step 400
#     runs[[1]]$tensors                                     # name step role dtype shape of each
#
# Base R and the command zstd.  The format is described in formats/gts.md.  Integers of 64 bits
# become doubles, exact up to 2^53.

# All bytes of a stream, uncompressed.
grok_bytes <- function(file) {
    if (!file.exists(file)) stop("cannot read '", file, "'")
    con <- pipe(paste("zstd -dcq --", shQuote(path.expand(file))), "rb")
    chunks <- list()
    repeat {
        chunk <- readBin(con, "raw", 2^24)
        if (!length(chunk)) break
        chunks[[length(chunks) + 1]] <- chunk
    }
    if (close(con) != 0 && !is.null(status <- attr(con, "status"))) stop("zstd cannot read '", file, "'")
    if (length(chunks) == 1) chunks[[1]] else do.call(c, chunks)
}

# An unsigned number of n bytes, the first the highest.
grok_big <- function(p, i, n) sum(as.numeric(p[i + seq_len(n) - 1]) * 256^((n - 1):0))

# One msgpack value at byte i: list(value, index behind it).  Of a tensor's data only the place is
# taken.
grok_unpack <- function(p, i) {
    if (i > length(p)) stop("the stream is cut short")
    t <- as.integer(p[i])
    i <- i + 1
    if (t < 128) return(list(t, i))
    if (t < 144) return(grok_map(p, i, t - 128))
    if (t < 160) return(grok_array(p, i, t - 144))
    if (t < 192) return(grok_text(p, i, t - 160))
    if (t >= 224) return(list(t - 256, i))
    n <- c("196" = 1, "197" = 2, "198" = 4, "217" = 1, "218" = 2, "219" = 4, "220" = 2, "221" = 4, "222" = 2, "223" = 4)
    if (!is.na(bytes <- n[as.character(t)])) {
        size <- grok_big(p, i, bytes)
        i <- i + bytes[[1]]
        return(if (t < 217) list(list(begin = i, size = size), i + size)
               else if (t < 220) grok_text(p, i, size)
               else if (t < 222) grok_array(p, i, size)
               else grok_map(p, i, size))
    }
    switch(as.character(t),
        "192" = list(NULL, i), "194" = list(FALSE, i), "195" = list(TRUE, i),
        "202" = list(readBin(p[i + 0:3], "numeric", 1, 4, endian = "big"), i + 4),
        "203" = list(readBin(p[i + 0:7], "numeric", 1, 8, endian = "big"), i + 8),
        "204" = , "205" = , "206" = , "207" = {
            k <- 2^(t - 204)
            list(grok_big(p, i, k), i + k)
        },
        "208" = , "209" = , "210" = , "211" = {
            k <- 2^(t - 208)
            x <- grok_big(p, i, k)
            list(if (x >= 256^k / 2) x - 256^k else x, i + k)
        },
        stop("byte ", t, " begins no value of msgpack that a stream has"))
}

grok_text <- function(p, i, n) {
    text <- if (n) rawToChar(p[i + seq_len(n) - 1]) else ""
    Encoding(text) <- "UTF-8"
    list(text, i + n)
}

grok_array <- function(p, i, n) {
    x <- vector("list", n)
    for (k in seq_len(n)) {
        v <- grok_unpack(p, i)
        if (!is.null(v[[1]])) x[[k]] <- v[[1]]
        i <- v[[2]]
    }
    list(x, i)
}

grok_map <- function(p, i, n) {
    x <- list()
    for (k in seq_len(n)) {
        key <- grok_unpack(p, i)
        v <- grok_unpack(p, key[[2]])
        name <- key[[1]]
        if (is.list(name)) name <- rawToChar(p[name$begin + seq_len(name$size) - 1]) # keys of an array are bin
        x[name] <- list(v[[1]])
        i <- v[[2]]
    }
    list(x, i)
}

grok_tensor_row <- function(r) {
    data.frame(name = r$name, step = r$step, role = r$role, dtype = r$array$type,
        shape = paste(unlist(r$array$shape), collapse = "x"))
}

# The runs of a stream, in order.
grok_load <- function(file) {
    p <- grok_bytes(file)
    runs <- list()
    run <- NULL
    i <- 1
    while (i <= length(p)) {
        v <- grok_unpack(p, i)
        r <- v[[1]]
        i <- v[[2]]
        if (i > length(p) + 1) stop("'", file, "' is cut short")
        if (r$kind == "head") {
            if (!is.null(run)) stop("'", file, "': run '", run$id, "' has no end")
            run <- list(id = r$run, seed = r$seed, config = r$config, head = r, complete = FALSE)
            count <- 0
            metrics <- rows <- where <- list()
        }
        if (is.null(run)) stop("'", file, "': a record outside of a run")
        count <- count + 1
        if (r$kind == "metrics") {
            metrics[[length(metrics) + 1]] <- list(r$step, r$tool, if (is.null(r$of)) NA else r$of, names(r$values),
                as.numeric(unlist(r$values)))
        } else if (r$kind == "tensor") {
            rows[[length(rows) + 1]] <- grok_tensor_row(r)
            where[[length(where) + 1]] <- r$array
        } else if (r$kind == "end") {
            if (r$records != count)
                stop("'", file, "': run '", run$id, "' has ", count, " records, its end says ", r$records)
            run$complete <- r$status == "complete"
            run$metrics <- grok_table(run$id, metrics)
            run$tensors <- if (length(rows)) do.call(rbind, rows) else grok_no_tensors
            run$where <- where
            run$bytes <- p
            runs[[length(runs) + 1]] <- run
            run <- NULL
        }
    }
    if (!is.null(run)) stop("'", file, "': run '", run$id, "' has no end: it was cut short")
    if (!length(runs)) stop("'", file, "' holds no run")
    runs
}

grok_no_tensors <- data.frame(name = character(), step = numeric(), role = character(), dtype = character(),
    shape = character())

# A row for each quantity.
grok_table <- function(id, metrics) {
    n <- vapply(metrics, function(m) length(m[[5]]), 1)
    column <- function(k) rep(unlist(lapply(metrics, `[[`, k)), n)
    if (!sum(n)) return(data.frame(run = character(), step = numeric(), tool = character(), of = character(),
        name = character(), value = numeric()))
    data.frame(run = id, step = as.numeric(column(1)), tool = column(2), of = as.character(column(3)),
        name = unlist(lapply(metrics, `[[`, 4)), value = unlist(lapply(metrics, `[[`, 5)))
}

# Half precision, by its definition.
grok_half <- function(h) {
    sign <- ifelse(h >= 32768, -1, 1)
    exponent <- h %/% 1024 %% 32
    fraction <- h %% 1024
    sign * ifelse(exponent == 31, ifelse(fraction > 0, NaN, Inf),
        ifelse(exponent > 0, (1 + fraction / 1024) * 2^(exponent - 15), fraction * 2^-24))
}

# A tensor as an array (a vector if it has one dimension), of the last step that has it or of @step.
grok_tensor <- function(run, name, step = NULL) {
    at <- which(run$tensors$name == name & (is.null(step) | run$tensors$step == max(step, -1)))
    if (!length(at)) stop("run '", run$id, "' has no tensor '", name, "'", if (!is.null(step)) paste(" at step", step))
    at <- at[length(at)]
    a <- run$where[[at]]
    p <- run$bytes[a$data$begin + seq_len(a$data$size) - 1]
    read <- function(what, size, n = a$data$size / size, ...) readBin(p, what, n, size, endian = "little", ...)
    x <- switch(run$tensors$dtype[at],
        "<f4" = read("numeric", 4), "<f8" = read("numeric", 8), "<i4" = read("integer", 4),
        "|u1" = as.integer(p), "<f2" = grok_half(read("integer", 2, signed = FALSE)),
        "<i8" = {
            words <- matrix(read("integer", 4), 2)
            low <- ifelse(words[1, ] < 0, words[1, ] + 2^32, words[1, ])
            words[2, ] * 2^32 + low
        },
        "<c8" = , "<c16" = {
            parts <- matrix(read("numeric", if (run$tensors$dtype[at] == "<c8") 4 else 8), 2)
            complex(real = parts[1, ], imaginary = parts[2, ])
        },
        stop("elements of type ", run$tensors$dtype[at]))
    shape <- as.numeric(unlist(a$shape))
    if (length(shape) < 2) return(x)
    aperm(array(x, rev(shape))) # in C order the last index runs fastest
}
