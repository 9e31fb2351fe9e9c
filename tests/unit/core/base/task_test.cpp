#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <zanhu/task.h>

namespace zanhu {
namespace {

/// A place where coroutines wait until the test lets them go on.
class Gate {
public:
    bool await_ready() const noexcept { return open; }
    void await_suspend(std::coroutine_handle<> awaiter) { waiting_.push_back(awaiter); }
    void await_resume() const noexcept {}

    /// Resumes the one that waits longest; false when nobody does.
    bool release() {
        if (waiting_.empty()) return false;
        const std::coroutine_handle<> first = waiting_.front();
        waiting_.erase(waiting_.begin());
        first.resume();
        return true;
    }
    bool open = false;

private:
    std::vector<std::coroutine_handle<>> waiting_;
};

/// Counts what lives and what was moved from twice.
class Counted {
public:
    explicit Counted(int number) : number_(number), text_(std::string(40, 'x')) { ++alive; }
    Counted(Counted&& other) noexcept : number_(other.number_), text_(std::move(other.text_)) {
        if (std::exchange(other.moved_, true)) ++moved_twice;
        ++alive;
    }
    Counted& operator=(Counted&&) = delete;
    ~Counted() { --alive; }
    int number() const { return text_.size() == 40 ? number_ : -1; }

    static inline int alive = 0;
    static inline int moved_twice = 0;

private:
    int number_;
    std::string text_;
    bool moved_ = false;
};

Task<int> add(int a, int b) {
    co_return a + b;
}
Task<int> add_later(Gate& gate, int a, int b) {
    co_await gate;
    co_return a + b;
}
Task<void> note(std::string& log, std::string word) {
    log += word;
    co_return;
}
Task<int> thrower(Gate* gate) {
    if (gate != nullptr) co_await *gate;
    throw std::runtime_error("from the depth");
}
Task<std::string> catcher(Gate* gate) {
    std::string caught = "nothing";
    try {
        co_await thrower(gate);
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
    co_return caught;
}
Task<int> rethrows(Gate* gate) {
    const int value = co_await thrower(gate);
    co_return value;
}
Task<Counted> make_counted(Gate& gate, int number) {
    Counted made(number);
    co_await gate;
    co_return std::move(made);
}
Task<int> use_counted(Gate& gate, int number) {
    const Counted one = co_await make_counted(gate, number);
    const Counted two = co_await make_counted(gate, number + 1);
    co_return one.number() * 1000 + two.number();
}
Task<int> sum_of(Gate& gate, int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i)
        sum += co_await add_later(gate, i, 1);
    co_return sum;
}
Task<std::size_t> deep(Gate& gate, int depth) {
    char padding[16] = {};
    if (depth == 0) {
        co_await gate;
        co_return sizeof padding;
    }
    const std::size_t inner = co_await deep(gate, depth - 1);
    co_return inner + 1;
}
/// Where the stack stands in a coroutine that has just gone on.
Task<std::uintptr_t> stack_here() {
    const char here = 0;
    co_return reinterpret_cast<std::uintptr_t>(&here);
}
Task<std::uintptr_t> stack_spread(int count) {
    std::uintptr_t lowest = ~std::uintptr_t{0};
    std::uintptr_t highest = 0;
    for (int i = 0; i < count; ++i) {
        co_await stack_here();
        const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        lowest = std::min(lowest, here);
        highest = std::max(highest, here);
    }
    co_return highest - lowest;
}
Task<std::unique_ptr<int>> move_only(std::unique_ptr<int> value) {
    ++*value;
    co_return std::move(value);
}

class TaskTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TaskTest);
    CPPUNIT_TEST(nothing_runs_before_it_is_started);
    CPPUNIT_TEST(a_task_that_is_never_started_frees_its_parameters);
    CPPUNIT_TEST(when_done_is_called_once_at_once_or_later);
    CPPUNIT_TEST(an_exception_travels_to_the_awaiter);
    CPPUNIT_TEST(an_exception_comes_out_of_result);
    CPPUNIT_TEST(move_only_values_pass_through);
    CPPUNIT_TEST(values_are_moved_once_and_none_leaks);
    CPPUNIT_TEST(a_moved_task_goes_on_in_its_new_place);
    CPPUNIT_TEST(a_hundred_thousand_awaits_in_a_row_give_the_right_sum);
    CPPUNIT_TEST(a_long_loop_of_ready_tasks_does_not_grow_the_stack);
    CPPUNIT_TEST(nested_tasks_resume_from_the_inside_out);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { Counted::alive = Counted::moved_twice = 0; }
    void tearDown() override {
        CPPUNIT_ASSERT_EQUAL(0, Counted::alive);
        CPPUNIT_ASSERT_EQUAL(0, Counted::moved_twice);
    }

    void nothing_runs_before_it_is_started() {
        std::string log;
        Task<void> task = note(log, "ran");
        CPPUNIT_ASSERT(log.empty() && !task.done());
        start(task);
        CPPUNIT_ASSERT_EQUAL(std::string("ran"), log);
        CPPUNIT_ASSERT(task.done());
    }

    void a_task_that_is_never_started_frees_its_parameters() {
        const auto value = std::make_shared<int>(1);
        {
            auto holds = [](std::shared_ptr<int> held) -> Task<int> { co_return *held; };
            const Task<int> task = holds(value);
            CPPUNIT_ASSERT_EQUAL(2L, value.use_count());
        }
        CPPUNIT_ASSERT_EQUAL(1L, value.use_count());
    }

    void when_done_is_called_once_at_once_or_later() {
        Task<int> ready = add(1, 2);
        CPPUNIT_ASSERT_EQUAL(1, start(ready));
        CPPUNIT_ASSERT_EQUAL(3, ready.result());
        Gate gate;
        int ended = 0;
        Task<int> waiting = add_later(gate, 3, 4);
        waiting.start([](void* count) { ++*static_cast<int*>(count); }, &ended);
        CPPUNIT_ASSERT(ended == 0 && !waiting.done());
        CPPUNIT_ASSERT(gate.release());
        CPPUNIT_ASSERT_EQUAL(1, ended);
        CPPUNIT_ASSERT_EQUAL(7, waiting.result());
    }

    void an_exception_travels_to_the_awaiter() {
        Task<std::string> at_once = catcher(nullptr);
        start(at_once);
        CPPUNIT_ASSERT_EQUAL(std::string("from the depth"), at_once.result());
        Gate gate;
        Task<std::string> later = catcher(&gate);
        start(later);
        CPPUNIT_ASSERT(!later.done());
        gate.release();
        CPPUNIT_ASSERT_EQUAL(std::string("from the depth"), later.result());
    }

    void an_exception_comes_out_of_result() {
        Task<int> task = rethrows(nullptr);
        start(task);
        CPPUNIT_ASSERT_THROW(task.result(), std::runtime_error);
    }

    void move_only_values_pass_through() {
        Task<std::unique_ptr<int>> task = move_only(std::make_unique<int>(6));
        start(task);
        CPPUNIT_ASSERT_EQUAL(7, *task.result());
    }

    void values_are_moved_once_and_none_leaks() {
        Gate gate;
        {
            Task<int> task = use_counted(gate, 5);
            start(task);
            CPPUNIT_ASSERT_EQUAL(1, Counted::alive);
            gate.release();
            CPPUNIT_ASSERT(!task.done());
            gate.release();
            CPPUNIT_ASSERT_EQUAL(5006, task.result());
        }
        {
            Task<Counted> unfetched = make_counted(gate, 1);
            start(unfetched);
            gate.release();
            CPPUNIT_ASSERT(unfetched.done());
        }
    }

    void a_moved_task_goes_on_in_its_new_place() {
        Gate gate;
        Task<int> first = add_later(gate, 1, 1);
        start(first);
        Task<int> second = std::move(first);
        CPPUNIT_ASSERT(!first && second);
        Task<int> third;
        third = std::move(second);
        gate.release();
        CPPUNIT_ASSERT(third.done());
        CPPUNIT_ASSERT_EQUAL(2, third.result());
    }

    void a_hundred_thousand_awaits_in_a_row_give_the_right_sum() {
        constexpr int k_count = 100'000;
        Gate gate;
        Task<int> task = sum_of(gate, k_count / 100);
        start(task);
        while (gate.release()) {
        }
        CPPUNIT_ASSERT_EQUAL(k_count / 100 * (k_count / 100 + 1) / 2, task.result());
        Gate open;
        open.open = true;
        auto many = [](Gate& at, int count) -> Task<std::int64_t> {
            std::int64_t sum = 0;
            for (int i = 0; i < count; ++i)
                sum += co_await add_later(at, i, 0);
            co_return sum;
        };
        Task<std::int64_t> long_one = many(open, k_count);
        start(long_one);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{k_count} * (k_count - 1) / 2, long_one.result());
    }

    void a_long_loop_of_ready_tasks_does_not_grow_the_stack() {
        Task<std::uintptr_t> task = stack_spread(100'000);
        start(task);
        CPPUNIT_ASSERT(task.result() < 4096);
    }

    void nested_tasks_resume_from_the_inside_out() {
        Gate gate;
        Task<std::size_t> task = deep(gate, 200);
        start(task);
        CPPUNIT_ASSERT(!task.done());
        gate.release();
        CPPUNIT_ASSERT_EQUAL(std::size_t(216), task.result());
    }

private:
    /// Returns how often it heard of the end so far.
    template <class T>
    static int start(Task<T>& task) {
        static int ended;
        ended = 0;
        task.start([](void*) { ++ended; }, nullptr);
        return ended;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TaskTest);

}  // namespace
}  // namespace zanhu
