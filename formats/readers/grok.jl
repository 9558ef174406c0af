# Grok tensor streams (.gts) in Julia: runs, their metrics as a table, their tensors when asked for.
#
#     include("grok.jl")
#     run = Grok.load("run.gts")[1]
#     run.config["op"]
#     run.metrics                               # a vector of (; run, step, tool, of, name, value);
#                                               # DataFrame(run.metrics) makes a table of it
#     run["transformer.wte.weight"]             # of the last step that has it
#     run["transformer.wte.weight", 400]        # of step 400
#     Grok.tensors(run)                         # (; name, step, role, dtype, shape) of each
#
# Julia's own library and the command zstd.  The format is described in formats/gts.md.
module Grok

struct Place # of a tensor's data
    begins::Int
    size::Int
end

struct Tensor
    name::String
    step::Int
    role::String
    dtype::String
    shape::Vector{Int}
    at::Place
end

mutable struct Run
    id::String
    seed::Int
    config::Dict{String,Any}
    head::Dict{String,Any}
    complete::Bool
    metrics::Vector{NamedTuple{(:run, :step, :tool, :of, :name, :value),
                               Tuple{String,Int,String,Union{String,Missing},String,Float64}}}
    list::Vector{Tensor}
    bytes::Vector{UInt8}
end

const TYPES = Dict("<f4" => Float32, "<f8" => Float64, "<f2" => Float16, "<i4" => Int32, "<i8" => Int64,
                   "|u1" => UInt8, "<c8" => ComplexF32, "<c16" => ComplexF64)

big(p, i, n) = foldl((x, k) -> x << 8 | UInt64(p[k]), i:i+n-1; init = UInt64(0))

# One msgpack value at byte i: (value, index behind it).  Of binary data only the place is taken.
function unpack(p, i)
    t = p[i]
    i += 1
    t < 0x80 && return Int(t), i
    t < 0x90 && return unpack_map(p, i, Int(t & 0x0f))
    t < 0xa0 && return unpack_array(p, i, Int(t & 0x0f))
    t < 0xc0 && return unpack_text(p, i, Int(t & 0x1f))
    t >= 0xe0 && return Int(reinterpret(Int8, t)), i
    t == 0xc0 && return nothing, i
    t in (0xc2, 0xc3) && return t == 0xc3, i
    t == 0xca && return Float64(reinterpret(Float32, UInt32(big(p, i, 4)))), i + 4
    t == 0xcb && return reinterpret(Float64, big(p, i, 8)), i + 8
    if 0xcc <= t <= 0xcf
        n = 1 << (t - 0xcc)
        return Int(big(p, i, n)), i + n
    elseif 0xd0 <= t <= 0xd3
        n = 1 << (t - 0xd0)
        shift = 64 - 8n
        return reinterpret(Int64, big(p, i, n) << shift) >> shift, i + n
    end
    n = t in (0xc4, 0xd9) ? 1 : t in (0xc5, 0xda, 0xdc, 0xde) ? 2 : t in (0xc6, 0xdb, 0xdd, 0xdf) ? 4 :
        error("byte $t begins no value of msgpack that a stream has")
    size = Int(big(p, i, n))
    i += n
    t <= 0xc6 && return Place(i, size), i + size
    t <= 0xdb && return unpack_text(p, i, size)
    t <= 0xdd ? unpack_array(p, i, size) : unpack_map(p, i, size)
end

unpack_text(p, i, n) = String(p[i:i+n-1]), i + n

function unpack_array(p, i, n)
    x = Any[]
    for _ in 1:n
        v, i = unpack(p, i)
        push!(x, v)
    end
    x, i
end

function unpack_map(p, i, n)
    x = Dict{String,Any}()
    for _ in 1:n
        key, i = unpack(p, i)
        v, i = unpack(p, i)
        x[key isa Place ? text(p, key) : key] = v # the keys of an array are binary
    end
    x, i
end

text(p, at::Place) = String(p[at.begins:at.begins+at.size-1])

function add!(run::Run, r)
    if r["kind"] == "metrics"
        for (name, value) in r["values"]
            push!(run.metrics, (; run = run.id, step = r["step"], tool = r["tool"], of = get(r, "of", missing), name,
                                value = Float64(value)))
        end
    elseif r["kind"] == "tensor"
        a = r["array"]
        push!(run.list, Tensor(r["name"], r["step"], r["role"], a["type"], Int.(a["shape"]), a["data"]))
    end
end

"The runs of a stream, in order."
function load(file)
    p = read(`zstd -dcq -- $file`)
    runs, run, count, i = Run[], nothing, 0, 1
    while i <= length(p)
        r, i = unpack(p, i)
        i <= length(p) + 1 || error("'$file' is cut short")
        if r["kind"] == "head"
            run === nothing || error("'$file': run '$(run.id)' has no end")
            run, count = Run(r["run"], r["seed"], r["config"], r, false, [], [], p), 0
        end
        run === nothing && error("'$file': a record outside of a run")
        count += 1
        add!(run, r)
        if r["kind"] == "end"
            r["records"] == count || error("'$file': run '$(run.id)' has $count records, its end says $(r["records"])")
            run.complete = r["status"] == "complete"
            push!(runs, run)
            run = nothing
        end
    end
    run === nothing || error("'$file': run '$(run.id)' has no end: it was cut short")
    isempty(runs) && error("'$file' holds no run")
    runs
end

tensors(run::Run) = [(; t.name, t.step, t.role, t.dtype, t.shape) for t in run.list]

function Base.getindex(run::Run, name::AbstractString, step = nothing)
    k = findlast(t -> t.name == name && (step === nothing || t.step == step), run.list)
    k === nothing && error("run '$(run.id)' has no tensor '$name'" * (step === nothing ? "" : " at step $step"))
    t = run.list[k]
    x = reinterpret(TYPES[t.dtype], run.bytes[t.at.begins:t.at.begins+t.at.size-1])
    isempty(t.shape) && return x[1]
    n = length(t.shape)
    n == 1 && return collect(x)
    permutedims(reshape(collect(x), reverse(t.shape)...), n:-1:1) # in C order the last index runs fastest
end

end
