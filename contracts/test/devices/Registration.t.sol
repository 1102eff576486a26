// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { DeviceEvent, DeviceStatus, IDevices } from "../../src/devices/IDevices.sol";
import { Vm } from "../base/Vm.sol";
import { DevicesFixture } from "./DevicesFixture.sol";

/// @dev A smart account: signs by the key of its controller.
contract SmartAccount is IERC1271 {
    address private immutable controller;

    constructor(address controller_) {
        controller = controller_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recover(hash, signature) == controller ? this.isValidSignature.selector : bytes4(0);
    }
}

/// @title Registering and retiring a device by its owner's signature.
contract RegistrationTest is DevicesFixture {
    function setUp() public {
        setUpNetwork();
    }

    function test_anyoneRelaysWhatTheOwnerSigned() public {
        uint256 key = buyKey(alice);
        IDevices.Registration memory wanted = registration(alice, key);
        bytes memory signature = _signed("alice", wanted, 0);
        vm.recordLogs();
        vm.prank(stranger);
        uint32 id = DEVICES.register(wanted, signature);
        assertEq(id, 1, "ids count from 1");
        assertEq(DEVICES.deviceCount(), 1, "count");
        assertEq(DEVICES.deviceOfKey(key), id, "by key");
        IDevices.Device memory device = DEVICES.device(id);
        assertEq(device.owner, alice, "owner");
        assertEq(device.key, key, "key");
        assertEq(device.tlsKeyHash, wanted.tlsKeyHash, "tls key");
        assertEq(device.region, REGION, "region");
        assertStatus(id, DeviceStatus.Registered, "registered");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs[0].topics[0], IDevices.DeviceRegistered.selector, "registered");
        assertEq(logs[1].topics[0], IDevices.MeasurementOrdered.selector, "a measurement is ordered");
    }

    function test_guardsRegistrationAgainstASignatureOfAnybodyElse() public {
        IDevices.Registration memory wanted = registration(alice, buyKey(alice));
        bytes memory signature = _signed("bob", wanted, 0);
        _expectInvalidSignature(alice);
        DEVICES.register(wanted, signature);
    }

    function testFuzz_guardsRegistrationAgainstAChangedField(uint256 which) public {
        IDevices.Registration memory wanted = registration(alice, buyKey(alice));
        uint256 other = buyKey(alice);
        bytes memory signature = _signed("alice", wanted, 0);
        which = bound(which, 0, 3);
        if (which == 0) wanted.key = other;
        if (which == 1) wanted.tlsKeyHash = keccak256("another tls key");
        if (which == 2) wanted.region = "us-east-1";
        if (which == 3) ++wanted.deadline;
        _expectInvalidSignature(alice);
        DEVICES.register(wanted, signature);
    }

    function test_guardsRegistrationAgainstASignatureOfAnotherOwnersNonce() public {
        IDevices.Registration memory wanted = registration(alice, buyKey(alice));
        bytes memory signature = _signed("alice", wanted, 1);
        _expectInvalidSignature(alice);
        DEVICES.register(wanted, signature);
    }

    function test_aRegistrationIsUsedOnce() public {
        IDevices.Registration memory wanted = registration(alice, buyKey(alice));
        bytes memory signature = _signed("alice", wanted, 0);
        uint32 id = DEVICES.register(wanted, signature);
        assertEq(DEVICES.nonces(alice), 1, "its nonce is used");
        retireAs("alice", id);
        _expectInvalidSignature(alice);
        DEVICES.register(wanted, signature);
    }

    function test_guardsRegistrationAgainstASignatureForAnotherChainOrContract() public {
        IDevices.Registration memory wanted = registration(alice, buyKey(alice));
        bytes memory here = _signed("alice", wanted, 0);
        vm.chainId(block.chainid + 1);
        _expectInvalidSignature(alice);
        DEVICES.register(wanted, here);
        bytes32 fields = keccak256(
            abi.encode(
                keccak256(
                    "Registration(address owner,uint256 key,bytes32 tlsKeyHash,bytes32 region,uint256 nonce,uint256 deadline)"
                ),
                wanted.owner,
                wanted.key,
                wanted.tlsKeyHash,
                wanted.region,
                0,
                wanted.deadline
            )
        );
        bytes32 elsewhere = digestOf(domain(block.chainid, address(MASTERNODES)), fields);
        bytes memory signature = signDigest(keyOf("alice"), elsewhere);
        _expectInvalidSignature(alice);
        DEVICES.register(wanted, signature);
    }

    function test_guardsRegistrationAfterItsDeadline() public {
        IDevices.Registration memory wanted = registration(alice, buyKey(alice));
        bytes memory signature = _signed("alice", wanted, 0);
        vm.warp(wanted.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDevices.DevicesDeadlinePassed.selector, wanted.deadline, wanted.deadline + 1
            )
        );
        DEVICES.register(wanted, signature);
        vm.warp(wanted.deadline);
        DEVICES.register(wanted, signature);
    }

    function test_guardsRegistrationToAKeyOfSomebodyElse() public {
        uint256 key = buyKey(bob);
        IDevices.Registration memory wanted = registration(alice, key);
        bytes memory signature = _signed("alice", wanted, 0);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesNotKeyOwner.selector, key, bob, alice));
        DEVICES.register(wanted, signature);
    }

    function test_guardsRegistrationToAKeyThatDoesNotExist() public {
        IDevices.Registration memory wanted = registration(alice, 99);
        bytes memory signature = _signed("alice", wanted, 0);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        DEVICES.register(wanted, signature);
    }

    function test_aKeyActivatesOneDevice() public {
        uint256 key = buyKey(alice);
        uint32 id = registerTo("alice", key);
        IDevices.Registration memory wanted = registration(alice, key);
        wanted.tlsKeyHash = keccak256("another tls key");
        bytes memory signature = _signed("alice", wanted, 1);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesKeyInUse.selector, key, id));
        DEVICES.register(wanted, signature);
    }

    function test_aFoundingKeyActivatesADevice() public {
        uint32 id = registerTo("founder", 1);
        assertEq(DEVICES.device(id).owner, founder, "owner");
    }

    function test_aStrangerWhoRegistersTheTlsKeyFirstKeepsNobodyOut() public {
        IDevices.Registration memory taken = registration(bob, buyKey(bob));
        taken.tlsKeyHash = TLS_KEY;
        uint32 squatter = DEVICES.register(taken, _signed("bob", taken, 0));
        IDevices.Registration memory wanted = registration(alice, buyKey(alice));
        wanted.tlsKeyHash = TLS_KEY;
        uint32 id = DEVICES.register(wanted, _signed("alice", wanted, 0));
        assertEq(DEVICES.deviceOfTlsKey(TLS_KEY), 0, "a registration proves nothing");
        measureNow(id, scores(10));
        assertEq(DEVICES.deviceOfTlsKey(TLS_KEY), id, "the measurer spoke to this one");
        uint32 measurer = drawNow(squatter);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesTlsKeyInUse.selector, TLS_KEY, id));
        measureAs(measurer, squatter, scores(10));
        retireAs("bob", squatter);
        assertEq(DEVICES.deviceOfTlsKey(TLS_KEY), id, "the squatter frees only what is its own");
    }

    function test_aTlsKeyThatWasMeasuredIsNotRegisteredAgain() public {
        uint32 id = activeDeviceOf("alice");
        IDevices.Registration memory wanted = registration(bob, buyKey(bob));
        wanted.tlsKeyHash = DEVICES.device(id).tlsKeyHash;
        bytes memory signature = _signed("bob", wanted, 0);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesTlsKeyInUse.selector, wanted.tlsKeyHash, id));
        DEVICES.register(wanted, signature);
    }

    function test_aSmartAccountOwnsADevice() public {
        address account = address(new SmartAccount(alice));
        IDevices.Registration memory wanted = registration(account, buyKey(account));
        bytes memory wrong = signDigest(keyOf("bob"), registrationDigest(wanted, 0));
        _expectInvalidSignature(account);
        DEVICES.register(wanted, wrong);
        uint32 id = DEVICES.register(wanted, signDigest(keyOf("alice"), registrationDigest(wanted, 0)));
        measureNow(id, scores(10));
        uint256 deadline = block.timestamp;
        bytes32 digest = acceptanceDigest(id, scores(10), 1, deadline);
        DEVICES.accept(id, scores(10), deadline, signDigest(keyOf("alice"), digest));
        assertStatus(id, DeviceStatus.Active, "accepted by a smart account");
    }

    function test_retiringFreesBothKeysAndIsForGood() public {
        uint32 id = activeDeviceOf("alice");
        IDevices.Device memory before = DEVICES.device(id);
        vm.recordLogs();
        retireAs("alice", id);
        assertEq(vm.getRecordedLogs()[0].topics[0], IDevices.DeviceRetired.selector, "the event");
        assertStatus(id, DeviceStatus.Retired, "retired");
        assertEq(DEVICES.deviceOfKey(before.key), 0, "the key is free");
        assertEq(DEVICES.deviceOfTlsKey(before.tlsKeyHash), 0, "the tls key is free");
        uint32 next = registerTo("alice", before.key);
        waitForOrder(next);
        DEVICES.draw(next);
        measureNow(next, scores(10));
        assertEq(DEVICES.deviceOfKey(before.key), next, "both activate another");
        assertEq(DEVICES.deviceOfTlsKey(before.tlsKeyHash), next, "both activate another");
        bytes memory illegal = abi.encodeWithSelector(
            IDevices.DevicesIllegalTransition.selector, id, DeviceStatus.Retired, DeviceEvent.Retire
        );
        bytes memory signature = signDigest(keyOf("alice"), retirementDigest(id, 4, block.timestamp));
        vm.expectRevert(illegal);
        DEVICES.retire(id, block.timestamp, signature);
    }

    function test_retiringEndsAnOrderedMeasurement() public {
        uint32 id = registerNew("alice");
        uint32 measurer = drawNow(id);
        retireAs("alice", id);
        assertEq(DEVICES.device(id).measurer, 0, "nobody measures it");
        vm.expectRevert(
            abi.encodeWithSelector(IDevices.DevicesNotMeasurer.selector, id, 0, masternode(measurer))
        );
        measureAs(measurer, id, scores(10));
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesNoMeasurementOrdered.selector, id));
        DEVICES.draw(id);
    }

    function test_guardsRetirementAgainstReplayOtherDevicesAndOthers() public {
        uint32 first = activeDeviceOf("alice");
        uint32 second = activeDeviceOf("alice");
        uint256 deadline = block.timestamp;
        bytes memory ofFirst = signDigest(keyOf("alice"), retirementDigest(first, 4, deadline));
        _expectInvalidSignature(alice);
        DEVICES.retire(second, deadline, ofFirst);
        bytes memory ofBob = signDigest(keyOf("bob"), retirementDigest(first, 4, deadline));
        _expectInvalidSignature(alice);
        DEVICES.retire(first, deadline, ofBob);
        vm.warp(deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDevices.DevicesDeadlinePassed.selector, deadline, deadline + 1)
        );
        DEVICES.retire(first, deadline, ofFirst);
    }

    function test_nothingHappensToADeviceThatDoesNotExist() public {
        bytes memory unknown = abi.encodeWithSelector(IDevices.DevicesUnknown.selector, 7);
        vm.expectRevert(unknown);
        DEVICES.retire(7, block.timestamp, "");
        vm.expectRevert(unknown);
        DEVICES.accept(7, scores(1), block.timestamp, "");
        vm.expectRevert(unknown);
        DEVICES.draw(7);
        vm.expectRevert(unknown);
        vm.prank(masternode(1));
        DEVICES.orderMeasurement(7);
        vm.expectRevert(unknown);
        vm.prank(masternode(1));
        DEVICES.measure(7, scores(1));
        assertFalse(DEVICES.isActive(7), "not active");
        assertEq(DEVICES.ownerAt(7, block.timestamp), address(0), "nobody's");
    }

    function test_manyDevicesAreAskedAtOnceWhetherTheyAreActive() public {
        uint32[] memory ids = new uint32[](3);
        (ids[0], ids[1], ids[2]) = (activeDeviceOf("alice"), registerNew("bob"), 99);
        bool[] memory active = DEVICES.areActive(ids);
        assertTrue(active[0], "accepted");
        assertFalse(active[1], "not measured yet");
        assertFalse(active[2], "nothing");
        assertEq(active.length, 3, "one each");
    }

    function _signed(string memory name, IDevices.Registration memory wanted, uint256 nonce)
        private
        view
        returns (bytes memory)
    {
        return signDigest(keyOf(name), registrationDigest(wanted, nonce));
    }

    function _expectInvalidSignature(address signer) private {
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesSignatureInvalid.selector, signer));
    }
}
