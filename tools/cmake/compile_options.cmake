# Warnings, hardening and instrumentation, the same for every target.
# Release is at -O2, and GUERDON_ASSERT stays on: our assertions do not look at NDEBUG.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror)
add_compile_options(-fPIE -fstack-protector-strong)
add_link_options(-pie -Wl,-z,relro -Wl,-z,now)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" AND GUERDON_SANITIZE STREQUAL "" AND NOT GUERDON_FUZZ
   AND NOT GUERDON_COVERAGE)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # clang's -Wpedantic warns of GoogleTest's variadic macros, g++'s does not.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-gnu-zero-variadic-macro-arguments>)
  # Part of C++14, on by default in g++ and in later clang only.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsized-deallocation>)
endif()

if(GUERDON_SANITIZE STREQUAL "address")
  # Of UBSan's checks those of each access to an object are left to the build that has no other: ASan
  # sees most of what they would, and they are a quarter of the time to compile.
  set(GUERDON_SANITIZE_FLAGS -fsanitize=address,undefined -fno-sanitize=alignment,null,object-size,vptr
      -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(GUERDON_SANITIZE STREQUAL "undefined")
  set(GUERDON_SANITIZE_FLAGS -fsanitize=undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(GUERDON_SANITIZE STREQUAL "thread")
  set(GUERDON_SANITIZE_FLAGS -fsanitize=thread -fno-omit-frame-pointer)
  add_compile_definitions(GUERDON_TSAN=1)
elseif(NOT GUERDON_SANITIZE STREQUAL "")
  message(FATAL_ERROR "GUERDON_SANITIZE is '${GUERDON_SANITIZE}'; write address, undefined, thread or nothing")
endif()

if(GUERDON_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "GUERDON_FUZZ needs clang: add -DCMAKE_CXX_COMPILER=clang++")
  endif()
  if(GUERDON_SANITIZE STREQUAL "")
    set(GUERDON_SANITIZE_FLAGS -fsanitize=address,undefined -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(GUERDON_SANITIZE_FLAGS)
  # -O1: what sanitizers find shows there as well, and it compiles in two thirds of the time.
  add_compile_options(${GUERDON_SANITIZE_FLAGS} -g1 -O1)
  add_link_options(${GUERDON_SANITIZE_FLAGS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code makes g++ 12 see uninitialised values and overflows that are not there.
    add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
    add_compile_options(-Wno-tsan)
  endif()
endif()

if(GUERDON_COVERAGE)
  add_compile_options(--coverage -O0 -g1)
  add_link_options(--coverage)
endif()
