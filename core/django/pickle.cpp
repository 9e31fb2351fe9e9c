#include "core/django/pickle.h"

#include <bit>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/django/pickle_objects.h"

namespace zanhu::django {

namespace {

using Reference = PickleObjects::Reference;

/// The stack machine that a pickle is a program for (Python: pickletools). Lives for one read.
class Machine {
public:
    Machine(std::string_view bytes, PickleObjects& objects) : rest_(bytes), objects_(objects) {}

    /// What STOP leaves; nothing for a program that is wrong.
    std::optional<Reference> run() {
        while (!rest_.empty()) {
            const auto opcode = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            if (opcode == '.') {
                if (failed_ || stack_.size() != 1 || !marks_.empty()) return std::nullopt;
                return stack_.back();
            }
            step(opcode);
            if (failed_ || objects_.full()) return std::nullopt;
        }
        return std::nullopt;
    }

private:
    void step(unsigned char opcode) {
        if (read_scalar(opcode) || build_container(opcode) || use_memo(opcode) || hide_object(opcode)) return;
        switch (opcode) {
            case 0x80:  // PROTO
                failed_ = number(1) > 5;
                break;
            case 0x95:  // FRAME
                number(8);
                break;
            case '0':  // POP
                pop();
                break;
            case '1':  // POP_MARK
                pop_to_mark();
                break;
            case '2':  // DUP
                if (const Reference top = pop(); !failed_) stack_.insert(stack_.end(), 2, top);
                break;
            default:
                failed_ = true;
        }
    }

    bool read_scalar(unsigned char opcode) {
        switch (opcode) {
            case 'N':
                return push_value(Value());
            case 0x88:
                return push_value(true);
            case 0x89:
                return push_value(false);
            case 'K':
                return push_value(static_cast<std::int64_t>(number(1)));
            case 'M':
                return push_value(static_cast<std::int64_t>(number(2)));
            case 'J':
                return push_value(std::int64_t{static_cast<std::int32_t>(number(4))});
            case 0x8a:  // LONG1
                return push_value(long_of(take(number(1))));
            case 0x8b:  // LONG4
                return push_value(long_of(take(number(4))));
            case 'G':
                return push_value(float_of(take(8)));
            default:
                return read_text(opcode);
        }
    }

    bool read_text(unsigned char opcode) {
        switch (opcode) {
            case 0x8c:  // SHORT_BINUNICODE
                return push_value(std::string(take(number(1))));
            case 'X':
                return push_value(std::string(take(number(4))));
            case 0x8d:  // BINUNICODE8
                return push_value(std::string(take(number(8))));
            case 'C':
                return push_value(Bytes(std::string(take(number(1)))));
            case 'B':
                return push_value(Bytes(std::string(take(number(4)))));
            case 0x8e:  // BINBYTES8
            case 0x96:  // BYTEARRAY8
                return push_value(Bytes(std::string(take(number(8)))));
            default:
                return false;
        }
    }

    bool build_container(unsigned char opcode) {
        switch (opcode) {
            case '}':
                return push(objects_.add_map());
            case ']':
            case ')':
            case 0x8f:  // EMPTY_SET
                return push(objects_.add_list({}));
            case '(':
                marks_.push_back(stack_.size());
                return true;
            case 't':
            case 0x91:  // FROZENSET
                return push(objects_.add_list(pop_to_mark()));
            case 0x85:  // TUPLE1, TUPLE2, TUPLE3
            case 0x86:
            case 0x87:
                return push(objects_.add_list(pop_many(opcode - std::size_t{0x84})));
            case 'a':
                return extend(pop_many(1));
            case 'e':
            case 0x90:  // ADDITEMS
                return extend(pop_to_mark());
            case 's':
                return extend_map(pop_many(2));
            case 'u':
                return extend_map(pop_to_mark());
            default:
                return false;
        }
    }

    bool use_memo(unsigned char opcode) {
        switch (opcode) {
            case 0x94:  // MEMOIZE
                return remember(memo_.size());
            case 'q':
                return remember(number(1));
            case 'r':
                return remember(number(4));
            case 'h':
                return recall(number(1));
            case 'j':
                return recall(number(4));
            default:
                return false;
        }
    }

    /// What Python would import, call or fill: nil takes its place.
    bool hide_object(unsigned char opcode) {
        switch (opcode) {
            case 'c':  // GLOBAL
                take_line();
                take_line();
                return push_value(Value());
            case 0x93:  // STACK_GLOBAL
            case 'R':
            case 0x81:  // NEWOBJ
                pop_many(2);
                return push_value(Value());
            case 0x92:  // NEWOBJ_EX
                pop_many(3);
                return push_value(Value());
            case 'b':  // BUILD
                pop_many(2);
                return push_value(Value());
            default:
                return false;
        }
    }

    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) {
            failed_ = true;
            return {};
        }
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    /// Little-endian.
    std::uint64_t number(std::size_t size) {
        std::uint64_t value = 0;
        int shift = 0;
        for (const char c : take(size)) {
            value |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
            shift += 8;
        }
        return value;
    }

    void take_line() {
        const std::size_t end = rest_.find('\n');
        take(end == std::string_view::npos ? rest_.size() + 1 : end + 1);
    }

    static Value long_of(std::string_view bytes) {
        if (bytes.size() > 8) return {};
        const bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
        std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
        for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte)
            value = value << 8 | static_cast<unsigned char>(*byte);
        return static_cast<std::int64_t>(value);
    }

    /// Big-endian, alone of all numbers.
    static Value float_of(std::string_view bytes) {
        std::uint64_t bits = 0;
        for (const char c : bytes)
            bits = bits << 8 | static_cast<unsigned char>(c);
        return std::bit_cast<double>(bits);
    }

    bool push_value(Value value) { return push(objects_.add(std::move(value))); }
    bool push(Reference object) {
        stack_.push_back(object);
        return true;
    }

    /// Nothing below the last mark can be had.
    Reference pop() {
        if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) {
            failed_ = true;
            return {};
        }
        const Reference top = stack_.back();
        stack_.pop_back();
        return top;
    }

    std::vector<Reference> pop_many(std::size_t count) {
        std::vector<Reference> popped(count);
        for (auto place = popped.rbegin(); place != popped.rend(); ++place)
            *place = pop();
        return popped;
    }

    std::vector<Reference> pop_to_mark() {
        if (marks_.empty()) {
            failed_ = true;
            return {};
        }
        const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        std::vector<Reference> popped(begin, stack_.end());
        stack_.erase(begin, stack_.end());
        marks_.pop_back();
        return popped;
    }

    bool extend(const std::vector<Reference>& items) {
        const Reference list = pop();
        if (!failed_) objects_.extend(list, items);
        return push(list);
    }

    bool extend_map(const std::vector<Reference>& items) {
        failed_ = failed_ || items.size() % 2 != 0;
        return extend(items);
    }

    bool remember(std::uint64_t place) {
        const Reference top = pop();
        if (!failed_) memo_[place] = top;
        return push(top);
    }

    bool recall(std::uint64_t place) {
        const auto found = memo_.find(place);
        if (found == memo_.end()) {
            failed_ = true;
            return true;
        }
        return push(found->second);
    }

    std::string_view rest_;
    PickleObjects& objects_;
    std::vector<Reference> stack_;
    std::vector<std::size_t> marks_;  // sizes of the stack
    std::unordered_map<std::uint64_t, Reference> memo_;
    bool failed_ = false;
};

}  // namespace

std::optional<Value> read_pickle(std::string_view bytes, const PickleLimits& limits) {
    if (bytes.size() > limits.bytes) return std::nullopt;
    PickleObjects objects(limits.objects);
    const auto result = Machine(bytes, objects).run();
    if (!result) return std::nullopt;
    return objects.value_of(*result, limits.depth, limits.bytes);
}

}  // namespace zanhu::django
