# The kernel library `ssm_kernels` and its tests, for inclusion by the project's CMakeLists.txt.
# Options: SSM_SANITIZE (e.g. address,undefined), SSM_TESTS (builds `kernel_tests`) and SSM_WERROR (for our own builds: a later compiler's new warning
# must not stop a user's).

set(SSM_SANITIZE "" CACHE STRING "Comma-separated sanitizers for every target that includes the kernels")
option(SSM_TESTS "Build kernel_tests" OFF)
option(SSM_WERROR "Warnings are errors" OFF)

set(SSM_KERNELS_DIR ${CMAKE_CURRENT_LIST_DIR})
set(SSM_OPS selective_scan causal_conv1d state_space_dual selective_scan_2d diagonal_state_space gated_rms_norm wkv)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(SSM_ISAS baseline avx2 avx512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(SSM_ISAS neon)
else()
  set(SSM_ISAS)
endif()

if(MSVC)
  set(SSM_FLAGS_avx2 /arch:AVX2)
  set(SSM_FLAGS_avx512 /arch:AVX512)
  set(SSM_WARNINGS /W4 $<$<BOOL:${SSM_WERROR}>:/WX>)
else()
  set(SSM_FLAGS_avx2 -mavx2 -mfma -mf16c)
  set(SSM_FLAGS_avx512 -mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma -mf16c -mprefer-vector-width=512)
  set(SSM_WARNINGS -Wall -Wextra $<$<BOOL:${SSM_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND SSM_FLAGS_avx512 -Wno-uninitialized -Wno-maybe-uninitialized)  # GCC 12 warns of _mm512_undefined_ps in its own header
  endif()
endif()

if(SSM_SANITIZE)
  add_compile_options(-fsanitize=${SSM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND SSM_SANITIZE MATCHES "address")
    add_compile_options(--param=asan-instrumentation-with-call-threshold=500)  # checks of large kernels are calls, which compile much faster
  endif()
  add_link_options(-fsanitize=${SSM_SANITIZE})
endif()

if(MINGW)
  add_link_options(-static)  # no libraries of the compiler's beside ours
  add_compile_options(-Wa,-muse-unaligned-vector-move)  # GCC may spill vectors to a stack that Windows aligns to 16 bytes only
endif()

find_package(Threads REQUIRED)

function(ssm_target_defaults target)
  target_include_directories(${target} PUBLIC ${SSM_KERNELS_DIR})
  target_compile_features(${target} PUBLIC cxx_std_17)
  target_compile_options(${target} PRIVATE ${SSM_WARNINGS})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden)
endfunction()

# Compiles `sources` once for each instruction set and adds the objects to `target`.
function(ssm_add_simd_sources target)
  foreach(isa IN LISTS SSM_ISAS)
    add_library(${target}_${isa} OBJECT ${ARGN})
    ssm_target_defaults(${target}_${isa})
    target_compile_definitions(${target}_${isa} PRIVATE SSM_ISA=${isa} SSM_ISA_${isa})
    target_compile_options(${target}_${isa} PRIVATE ${SSM_FLAGS_${isa}})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_${isa}>)
  endforeach()
endfunction()

set(SSM_SOURCES status.cc parallel.cc step_queue.cc thread_pool.cc dispatch.cc validate.cc work_space.cc roots_of_unity.cc)
list(TRANSFORM SSM_SOURCES PREPEND ${SSM_KERNELS_DIR}/runtime/)
set(SSM_SIMD_SOURCES)
foreach(op IN LISTS SSM_OPS)
  list(APPEND SSM_SOURCES ${SSM_KERNELS_DIR}/ops/${op}/${op}.cc ${SSM_KERNELS_DIR}/ops/${op}/${op}_ref.cc)
  list(APPEND SSM_SIMD_SOURCES ${SSM_KERNELS_DIR}/ops/${op}/${op}_simd.cc)
endforeach()

list(APPEND SSM_SOURCES ${SSM_KERNELS_DIR}/ops/diagonal_state_space/diagonal_plan.cc)

add_library(ssm_kernels STATIC ${SSM_SOURCES})
ssm_target_defaults(ssm_kernels)
ssm_add_simd_sources(ssm_kernels ${SSM_SIMD_SOURCES})
target_link_libraries(ssm_kernels PUBLIC Threads::Threads)

if(SSM_TESTS)
  set(SSM_TEST_SOURCES main.cc allocation_test.cc runtime_test.cc math_test.cc math_probe.cc)
  foreach(op IN LISTS SSM_OPS)
    list(APPEND SSM_TEST_SOURCES ${op}_test.cc)
  endforeach()
  list(TRANSFORM SSM_TEST_SOURCES PREPEND ${SSM_KERNELS_DIR}/tests/)
  add_executable(kernel_tests ${SSM_TEST_SOURCES})
  ssm_target_defaults(kernel_tests)
  ssm_add_simd_sources(kernel_tests ${SSM_KERNELS_DIR}/tests/math_probe_simd.cc)
  target_link_libraries(kernel_tests PRIVATE ssm_kernels)
endif()

option(SSM_KERNEL_BENCH "Build kernel_bench, which times the kernels alone" OFF)
if(SSM_KERNEL_BENCH)
  add_executable(kernel_bench ${SSM_KERNELS_DIR}/bench/kernel_bench.cc)
  ssm_target_defaults(kernel_bench)
  target_link_libraries(kernel_bench PRIVATE ssm_kernels)
endif()
