# llama.cpp: a given folder (-DTRUSTSWEEP_LLAMA= or the variable of that name),
# else what scripts/llama.sh built.  Without it the llama backend is left out
# and the program says so.
add_library(llama_engine INTERFACE)
add_library(trustsweep::llama ALIAS llama_engine)
