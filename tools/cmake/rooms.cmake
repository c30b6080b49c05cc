# Rooms, tests and fuzz targets. A room is a folder under engine/, a static library and a floor.

# The one table of floors. A room may depend only on rooms of a lower floor; tests/tidy reads it too.
set(GUERDON_FLOORS
  base=0
  money=1 os=1
  event=2 syntax=2 calendar=2 ledger=2 wal=2 snapshot=2 book=2 net=2 progress=2
  feed=3 plan=3 door=3
  program=4 proofs=4
  accounts=5 bookkeeping=5 compiler=5
  shard=6 history=6 versions=6
  pipeline=7
  runtime=8
  drop=9 reports=9
  server=10
  tools=11)

function(guerdon_floor room out)
  foreach(pair IN LISTS GUERDON_FLOORS)
    if(pair MATCHES "^${room}=([0-9]+)$")
      set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "room '${room}' has no floor: add it to GUERDON_FLOORS in tools/cmake/rooms.cmake")
endfunction()

# guerdon_add_folders(glob...): each folder that matches and has a CMakeLists.txt.
function(guerdon_add_folders)
  set(globs)
  foreach(pattern IN LISTS ARGN)
    list(APPEND globs "${PROJECT_SOURCE_DIR}/${pattern}/CMakeLists.txt")
  endforeach()
  file(GLOB lists CONFIGURE_DEPENDS ${globs})
  foreach(list_file IN LISTS lists)
    get_filename_component(folder ${list_file} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()

# Remembers a dependency on a room; guerdon_check_deps() looks at all of them at the end.
function(guerdon_link target scope)
  foreach(dep IN LISTS ARGN)
    set_property(GLOBAL APPEND PROPERTY GUERDON_LINKS "${target}>${dep}")
    target_link_libraries(${target} ${scope} guerdon_${dep})
  endforeach()
endfunction()

function(guerdon_check_deps)
  get_property(links GLOBAL PROPERTY GUERDON_LINKS)
  foreach(link IN LISTS links)
    string(REPLACE ">" ";" link "${link}")
    list(GET link 0 target)
    list(GET link 1 dep)
    if(NOT TARGET guerdon_${dep})
      message(WARNING "${target} depends on room '${dep}', which has no CMakeLists.txt")
    endif()
  endforeach()
endfunction()

# Each header of the folder compiled alone that no .cc of its name includes first (tests/tidy sees to
# that), twice in a row; target headers_alone builds them all.
function(guerdon_headers_alone name folder)
  file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.h)
  set(alone)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "h$" "cc" source ${header})
    if(EXISTS ${source})
      continue()
    endif()
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${header})
    string(REGEX REPLACE "^include/" "" path ${path})
    string(MAKE_C_IDENTIFIER ${path} stem)
    set(file ${PROJECT_BINARY_DIR}/headers_alone/${stem}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "#include \"${path}\"\n#include \"${path}\"  // again\n")
    list(APPEND alone ${file})
  endforeach()
  if(NOT alone)
    return()
  endif()
  add_library(headers_alone_${name} OBJECT EXCLUDE_FROM_ALL ${alone})
  target_compile_options(headers_alone_${name} PRIVATE -O0 -U_FORTIFY_SOURCE)
  if(TARGET guerdon_${name})
    target_link_libraries(headers_alone_${name} PRIVATE guerdon_${name})
  else()
    target_include_directories(headers_alone_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  endif()
  add_dependencies(headers_alone headers_alone_${name})
endfunction()
add_custom_target(headers_alone)
guerdon_headers_alone(public_headers ${PROJECT_SOURCE_DIR}/include/guerdon)

# A source that is listed but not there yet is left out with a warning, so that a half-written room
# does not keep the others from building.
function(guerdon_existing out)
  set(found)
  foreach(source IN LISTS ARGN)
    get_filename_component(file ${source} ABSOLUTE)
    if(EXISTS ${file})
      list(APPEND found ${source})
    else()
      file(GLOB awaited CONFIGURE_DEPENDS ${file})  # configures again when it comes
      message(WARNING "${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt lists ${source}, which is not there")
    endif()
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# So many sources at a time (0: all) are compiled as one, in a fraction of the time: ten in a third of it,
# all of a room in a fifth. Those `apart` are not: they have a name of their own (in a nameless
# namespace) that another source of the target has, too. Tests are always built so, ten at a time; rooms
# with GUERDON_TOGETHER, all at once: else each of their sources is compiled alone, which is quicker
# after a change.
function(guerdon_compile_together target apart at_a_time)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${at_a_time})
  set_source_files_properties(${apart} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# Headers of others that most sources include, parsed once for all targets of a kind: `room`, or `test`,
# whose options differ (guerdon_test) and which includes GoogleTest, too.
set(GUERDON_HEADERS <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <set> <span>
    <string> <string_view> <utility> <vector> <absl/container/flat_hash_map.h>)

function(guerdon_precompile target kind)
  if(NOT GUERDON_PRECOMPILED)
    return()
  endif()
  set(shared guerdon_precompiled_${kind})
  if(NOT TARGET ${shared})
    set(source ${PROJECT_BINARY_DIR}/precompiled/${kind}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "// What is precompiled belongs to this.\n")
    add_library(${shared} OBJECT ${source})
    target_precompile_headers(${shared} PRIVATE ${GUERDON_HEADERS})
    if(kind STREQUAL "test")
      target_precompile_headers(${shared} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
      target_link_libraries(${shared} PRIVATE GTest::gmock GTest::gtest)
      guerdon_options_of_tests(${shared})
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${shared})
endfunction()

# A test's own code is run little and compiled long: twice as long at -O2, instrumented three times.
function(guerdon_options_of_tests target)
  target_compile_options(${target} PRIVATE -O0 -U_FORTIFY_SOURCE)
endfunction()

function(guerdon_add_library name sources apart deps libs)
  set(target guerdon_${name})
  guerdon_existing(sources ${sources})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    guerdon_precompile(${target} room)
    if(GUERDON_TOGETHER)
      guerdon_compile_together(${target} "${apart}" 0)
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(guerdon::${name} ALIAS ${target})
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
  target_compile_features(${target} ${scope} cxx_std_20)
  if(GUERDON_PLANTED)
    target_compile_definitions(${target} ${scope} GUERDON_PLANTED=1)
  endif()
  guerdon_link(${target} ${scope} ${deps})
  target_link_libraries(${target} ${scope} ${libs})
  guerdon_headers_alone(${name} ${CMAKE_CURRENT_SOURCE_DIR})
endfunction()

# guerdon_room(name SOURCES... [APART sources...] DEPS rooms... LIBS libs...): a room of the engine.
function(guerdon_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;DEPS;LIBS" ${ARGN})
  guerdon_floor(${name} floor)
  foreach(dep IN LISTS ARG_DEPS)
    guerdon_floor(${dep} dep_floor)
    if(NOT dep_floor LESS floor)
      message(FATAL_ERROR "room ${name} (floor ${floor}) may not depend on ${dep} (floor ${dep_floor}): "
                          "an include points strictly down")
    endif()
  endforeach()
  guerdon_add_library(${name} "${ARG_SOURCES}" "${ARG_APART}" "${ARG_DEPS}" "${ARG_LIBS}")
endfunction()

# guerdon_support(name ...): a library on no floor: for tests, benchmarks and fuzz targets, or a part
# of a tool.
function(guerdon_support name)
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;DEPS;LIBS" ${ARGN})
  guerdon_add_library(${name} "${ARG_SOURCES}" "${ARG_APART}" "${ARG_DEPS}" "${ARG_LIBS}")
endfunction()

# guerdon_program(name SOURCES... [APART sources...] DEPS... LIBS... [KIND test]): an executable without a
# test of its own (tool, benchmark, harness); of another kind, its options are the caller's to set.
function(guerdon_program name)
  cmake_parse_arguments(ARG "" "KIND" "SOURCES;APART;DEPS;LIBS" ${ARGN})
  if(NOT ARG_KIND)
    set(ARG_KIND room)
  endif()
  guerdon_existing(sources ${ARG_SOURCES})
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  guerdon_precompile(${name} ${ARG_KIND})
  if(GUERDON_TOGETHER)
    guerdon_compile_together(${name} "${ARG_APART}" 10)
  endif()
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
  if(GUERDON_PLANTED)
    target_compile_definitions(${name} PRIVATE GUERDON_PLANTED=1)
  endif()
  guerdon_link(${name} PRIVATE ${ARG_DEPS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
endfunction()

# What the sanitizer build builds: tests with the label unit, the corpora, and where bugs are planted what finds them.
add_custom_target(unit_and_corpus)

# The tests that take longest under sanitizers, where most of them are run: they start first, so that
# none of them is what is waited for at the end.
set(GUERDON_LONGEST_TESTS plan_hostile_test book_keeping_test reversal_test scenario_test book_test plan_test
    syntax_test program_test wal_test calendar_test reference_test checkpoint_test pipeline_test shop_test)

# guerdon_test(name SOURCES... [APART sources...] DEPS... LIBS... [LABELS unit] [TIMEOUT s] [ARGS...]): one
# gtest binary, one ctest entry, run from the root of the sources.
# Labels: unit, corpus, durable, golden, law, planted, acceptance, tidy. Without GUERDON_UNIT_TESTS those of unit are left out.
function(guerdon_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;APART;DEPS;LIBS;LABELS;ARGS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if("unit" IN_LIST ARG_LABELS AND NOT GUERDON_UNIT_TESTS)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  guerdon_program(${name} KIND test SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS}
                  LIBS ${ARG_LIBS} GTest::gmock GTest::gtest GTest::gtest_main)
  if(NOT TARGET ${name})
    return()
  endif()
  guerdon_compile_together(${name} "${ARG_APART}" 10)
  guerdon_options_of_tests(${name})
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
  if(${name} IN_LIST GUERDON_LONGEST_TESTS)
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
  if("unit" IN_LIST ARG_LABELS)
    add_dependencies(unit_and_corpus ${name})
  endif()
endfunction()

# Each fuzz binary and its corpus, for who runs them all (tests/soak/run).
add_custom_target(fuzz_targets)
set(GUERDON_FUZZ_LIST ${PROJECT_BINARY_DIR}/fuzz_targets.txt)
file(WRITE ${GUERDON_FUZZ_LIST} "")

# guerdon_fuzz(name SOURCES... DEPS... LIBS... CORPUS folder): one fuzz body, two uses. With GUERDON_FUZZ
# it is a libFuzzer binary; otherwise a ctest that runs the body over each file of the committed corpus.
function(guerdon_fuzz name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;SOURCE;DEPS;LIBS" ${ARGN})
  get_filename_component(corpus ${ARG_CORPUS} ABSOLUTE)
  set(sources ${ARG_SOURCES} ${ARG_SOURCE})
  guerdon_existing(sources ${sources})
  if(NOT sources)
    return()
  endif()
  if(GUERDON_FUZZ)
    guerdon_program(${name} SOURCES ${sources} DEPS ${ARG_DEPS} LIBS ${ARG_LIBS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    file(APPEND ${GUERDON_FUZZ_LIST} "${name} ${corpus}\n")
    add_dependencies(fuzz_targets ${name})
  else()
    guerdon_program(${name} SOURCES ${sources} ${PROJECT_SOURCE_DIR}/fuzz/corpus_main.cc
                    DEPS ${ARG_DEPS} LIBS ${ARG_LIBS})
    add_test(NAME ${name}_corpus COMMAND ${name} ${corpus} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name}_corpus PROPERTIES LABELS corpus TIMEOUT 600)
    add_dependencies(unit_and_corpus ${name})
  endif()
endfunction()
