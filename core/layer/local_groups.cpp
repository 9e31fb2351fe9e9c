#include "core/layer/local_groups.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <span>

#include "core/base/fan_out.h"
#include "core/base/shrink_buckets.h"

namespace zanhu::layer {

struct LocalGroups::Membership {
    Group* group;
    std::size_t index;  // its place in the group
};

struct LocalGroups::Group {
    explicit Group(std::string group_name) : name(std::move(group_name)) {}
    std::string name;
    /// The inbox stands beside the membership, so that a delivery goes to the receiver without a detour.
    struct Member {
        Membership* membership;  // null: left while a delivery was under way
        Inbox* inbox;
    };
    std::vector<Member> members;
    std::size_t size = 0;
    unsigned deliveries = 0;  // under way
};

class LocalGroups::LocalChannel final : public Channel::State {
public:
    LocalChannel(LocalGroups& groups, std::uint64_t number, Inbox& inbox)
        : groups_(groups), number_(number), inbox_(inbox) {
        groups_.channels_.emplace(number, this);
    }
    ~LocalChannel() override {
        for (const auto& membership : memberships_)
            groups_.leave(*membership);
        groups_.channels_.erase(number_);
        shrink_buckets(groups_.channels_);
    }

    std::string name() const override {
        char digits[16];
        const auto end = std::to_chars(digits, digits + sizeof digits, number_, 16).ptr;
        return groups_.name_prefix_ + std::string(digits, end);
    }
    Inbox& inbox() const noexcept { return inbox_; }

    auto find(std::string_view group) {
        return std::find_if(memberships_.begin(), memberships_.end(), [group](const auto& membership) {
            return membership->group->name == group;
        });
    }
    std::vector<std::unique_ptr<Membership>>& memberships() noexcept { return memberships_; }

private:
    LocalGroups& groups_;
    const std::uint64_t number_;
    Inbox& inbox_;
    std::vector<std::unique_ptr<Membership>> memberships_;
};

LocalGroups::LocalGroups(std::string name_prefix, EventLoop& loop, OnChange on_change)
    : name_prefix_(std::move(name_prefix)), loop_(loop), on_change_(std::move(on_change)) {}

LocalGroups::~LocalGroups() {
    assert(channels_.empty());
}

std::unique_ptr<Channel::State> LocalGroups::open(Inbox& inbox) {
    return std::make_unique<LocalChannel>(*this, next_number_++, inbox);
}

void LocalGroups::add(const std::string& group_name, const Channel& channel) {
    auto& local = static_cast<LocalChannel&>(channel.state());
    if (local.find(group_name) != local.memberships().end()) return;
    auto& group = groups_[group_name];
    if (group == nullptr) {
        group = std::make_unique<Group>(group_name);
        on_change_(group_name, true);
    }
    auto membership = std::make_unique<Membership>(Membership{group.get(), group->members.size()});
    group->members.push_back(Group::Member{membership.get(), &local.inbox()});
    ++group->size;
    local.memberships().push_back(std::move(membership));
}

void LocalGroups::discard(const std::string& group_name, const Channel& channel) {
    auto& local = static_cast<LocalChannel&>(channel.state());
    const auto found = local.find(group_name);
    if (found == local.memberships().end()) return;
    leave(**found);
    local.memberships().erase(found);
}

void LocalGroups::leave(Membership& membership) {
    Group& group = *membership.group;
    --group.size;
    if (group.deliveries > 0) {
        group.members[membership.index].membership = nullptr;
    } else {
        group.members.back().membership->index = membership.index;
        group.members[membership.index] = group.members.back();
        group.members.pop_back();
    }
    drop_if_empty(group);
}

void LocalGroups::drop_if_empty(Group& group) {
    if (group.size > 0 || group.deliveries > 0) return;
    const std::string name = group.name;
    groups_.erase(name);
    shrink_buckets(groups_);
    on_change_(name, false);
}

std::size_t LocalGroups::deliver_to_group(const std::string& group_name, const SharedMessage& message) {
    const auto found = groups_.find(group_name);
    if (found == groups_.end()) return 0;
    Group& group = *found->second;
    ++group.deliveries;
    std::size_t taken = 0;
    const std::size_t members = group.members.size();  // who joins from now on does not get this one
    for (std::size_t i = 0; i < members; ++i) {
        const Group::Member member = group.members[i];
        if (member.membership == nullptr) continue;
        if (member.inbox->deliver(message) == DeliverResult::delivered) ++taken;
        if (i % k_deliveries_a_flush == k_deliveries_a_flush - 1) loop_.flush_output();
    }
    if (--group.deliveries == 0 && group.size < group.members.size()) {
        std::erase_if(group.members,
                      [](const Group::Member& member) { return member.membership == nullptr; });
        for (std::size_t i = 0; i < group.members.size(); ++i)
            group.members[i].membership->index = i;
    }
    drop_if_empty(group);
    return taken;
}

DeliverResult LocalGroups::deliver_to_channel(std::uint64_t number, const SharedMessage& message) {
    const auto found = channels_.find(number);
    return found == channels_.end() ? DeliverResult::ignored : found->second->inbox().deliver(message);
}

std::size_t LocalGroups::deliver(const std::vector<std::string>& groups,
                                 const std::vector<std::uint64_t>& numbers,
                                 const SharedMessage& message) {
    const auto is_member_of = [](LocalChannel& channel, std::span<const std::string> some) {
        return std::any_of(some.begin(), some.end(), [&channel](const std::string& group) {
            return channel.find(group) != channel.memberships().end();
        });
    };
    // Who gets it by its number: gathered first, since a delivery may change every table.
    std::vector<std::uint64_t> single = numbers;
    std::sort(single.begin(), single.end());
    single.erase(std::unique(single.begin(), single.end()), single.end());
    std::erase_if(single, [&](std::uint64_t number) {
        const auto found = channels_.find(number);
        return found == channels_.end() || is_member_of(*found->second, groups);
    });
    // Members of several of the groups get it with the first one.
    const std::span<const std::string> first(groups.data(), std::min<std::size_t>(groups.size(), 1));
    const std::span<const std::string> others = std::span(groups).subspan(first.size());
    if (!others.empty()) {
        for (const auto& [number, channel] : channels_) {
            if (is_member_of(*channel, others) && !is_member_of(*channel, first)) single.push_back(number);
        }
    }
    std::size_t taken = first.empty() ? 0 : deliver_to_group(first.front(), message);
    std::size_t done = 0;
    for (const std::uint64_t number : single) {
        if (deliver_to_channel(number, message) == DeliverResult::delivered) ++taken;
        if (++done % k_deliveries_a_flush == 0) loop_.flush_output();
    }
    return taken;
}

std::size_t LocalGroups::deliver_to_all(const SharedMessage& message) {
    std::vector<std::uint64_t> all;
    all.reserve(channels_.size());
    for (const auto& [number, channel] : channels_)
        all.push_back(number);
    std::size_t taken = 0;
    std::size_t done = 0;
    for (const std::uint64_t number : all) {
        if (deliver_to_channel(number, message) == DeliverResult::delivered) ++taken;
        if (++done % k_deliveries_a_flush == 0) loop_.flush_output();
    }
    return taken;
}

}  // namespace zanhu::layer
